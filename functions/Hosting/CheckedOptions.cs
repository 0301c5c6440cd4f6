using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Pipeline.Core.Costs;
using Pipeline.Functions.Api.Validate;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Hosting;

/// <summary>Options that are checked at the start of the program, against the attributes on them, by code that the compiler wrote.</summary>
internal static class CheckedOptions
{
    /// <summary>Registers options with their check.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <typeparam name="TValidator">Their check.</typeparam>
    /// <param name="services">Where.</param>
    /// <returns>What they are bound and changed with.</returns>
    public static OptionsBuilder<TOptions> AddChecked<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions, TValidator>(this IServiceCollection services)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>, new()
    {
        services.AddSingleton<IValidateOptions<TOptions>>(new TValidator());
        return services.AddOptions<TOptions>().ValidateOnStart();
    }
}

[OptionsValidator]
internal sealed partial class AuthOptionsCheck : IValidateOptions<AuthOptions>;

[OptionsValidator]
internal sealed partial class RateOptionsCheck : IValidateOptions<RateOptions>;

[OptionsValidator]
internal sealed partial class RecoveryOptionsCheck : IValidateOptions<RecoveryOptions>;

[OptionsValidator]
internal sealed partial class ScoringOptionsCheck : IValidateOptions<ScoringOptions>;

[OptionsValidator]
internal sealed partial class ServingOptionsCheck : IValidateOptions<ServingOptions>;

[OptionsValidator]
internal sealed partial class ValidationOptionsCheck : IValidateOptions<ValidationOptions>;
