using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Pipeline.Functions.Hosting;

/// <summary>A time must lie within limits, which count as allowed. The framework's own attribute for it needs reflection.</summary>
/// <param name="least">For example <c>00:00:01</c>.</param>
/// <param name="most">For example <c>1.00:00:00</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(string least, string most) : ValidationAttribute("The field {0} must be between {1} and {2}.")
{
    /// <summary>The shortest time.</summary>
    public string Least => least;

    /// <summary>The longest time.</summary>
    public string Most => most;

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is TimeSpan time && time >= TimeSpan.Parse(least, CultureInfo.InvariantCulture) && time <= TimeSpan.Parse(most, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string FormatErrorMessage(string name) => string.Format(CultureInfo.CurrentCulture, ErrorMessageString, name, least, most);
}
