using System.ComponentModel.DataAnnotations;

namespace Pipeline.Functions.Auth;

/// <summary>Who may call the API, beside the function keys that the Functions host asks for; configuration section <c>Pipeline:Auth</c>.</summary>
internal sealed class AuthOptions : IValidatableObject
{
    /// <summary>The configuration section's name.</summary>
    public const string Section = "Pipeline:Auth";

    // Tokens of any tenant would be taken.
    private static readonly string[] _manyTenants = ["common", "organizations", "consumers"];

    /// <summary>The Entra ID tenant whose tokens are taken: its id or its domain. Default: none, and no token is asked for.</summary>
    [RegularExpression("[A-Za-z0-9.-]{1,128}", ErrorMessage = "Pipeline:Auth:TenantId must be a tenant's id or domain.")]
    public string? TenantId { get; set; }

    /// <summary>For whom a token must be: the application id URI (<c>api://…</c>) or the client id of the app registration. Must be set with <see cref="TenantId"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>Where the tenant's tokens come from. Default <c>https://login.microsoftonline.com/</c>; other clouds have others.</summary>
    [Required]
    public Uri Instance { get; set; } = new("https://login.microsoftonline.com/");

    /// <summary>The app role of those who classify and read. Default <c>Models.Classify</c>.</summary>
    [Required]
    public string ClassifyRole { get; set; } = "Models.Classify";

    /// <summary>The app role of those who promote, roll back and cancel; they may classify and read too. Default <c>Models.Manage</c>.</summary>
    [Required]
    public string ManageRole { get; set; } = "Models.Manage";

    /// <summary>Whether tokens are asked for.</summary>
    public bool IsOn => !string.IsNullOrEmpty(TenantId);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn && string.IsNullOrEmpty(Audience))
            yield return new ValidationResult($"{Section}:{nameof(Audience)} must be set with {nameof(TenantId)}: the application id URI of the app registration.", [nameof(Audience)]);
        if (!IsOn && !string.IsNullOrEmpty(Audience))
            yield return new ValidationResult($"{Section}:{nameof(TenantId)} must be set with {nameof(Audience)}; without it no token is asked for.", [nameof(TenantId)]);
        if (_manyTenants.Contains(TenantId, StringComparer.OrdinalIgnoreCase))
            yield return new ValidationResult($"{Section}:{nameof(TenantId)} must be one tenant, not '{TenantId}'.", [nameof(TenantId)]);
        if (!Instance.IsAbsoluteUri || Instance.Scheme != Uri.UriSchemeHttps)
            yield return new ValidationResult($"{Section}:{nameof(Instance)} must be an https address.", [nameof(Instance)]);
        if (ClassifyRole == ManageRole)
            yield return new ValidationResult($"{Section}:{nameof(ClassifyRole)} and {nameof(ManageRole)} must be two roles, or everybody who classifies may promote.", [nameof(ManageRole)]);
    }
}
