namespace Pipeline.Core.Models;

/// <summary>A version in storage is not what the publisher would have made of it. Trying again does not help.</summary>
public sealed class ModelVersionConflictException : Exception
{
    /// <summary>With a message that names the version.</summary>
    public ModelVersionConflictException(string message) : base(message) { }

    /// <summary>With a message and its cause.</summary>
    public ModelVersionConflictException(string message, Exception inner) : base(message, inner) { }

    /// <summary>For serializers.</summary>
    public ModelVersionConflictException() { }
}
