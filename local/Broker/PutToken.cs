namespace Pipeline.Local.Broker;

/// <summary>A token that a client put on <c>$cbs</c>.</summary>
/// <param name="Type">Its kind, for example <c>jwt</c>.</param>
/// <param name="Audience">What it is to open, for example <c>sb://{namespace}/{queue}</c>.</param>
/// <param name="Token">The token itself.</param>
internal sealed record PutToken(string Type, string Audience, string Token)
{
    /// <summary>The address of the links that it opens: the audience's path.</summary>
    public string Address => Uri.TryCreate(Audience, UriKind.Absolute, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath).Trim('/') : Audience.Trim('/');
}
