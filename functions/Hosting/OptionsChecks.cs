using Microsoft.Extensions.Options;
using Pipeline.Core.Costs;
using Pipeline.Functions.Api.Validate;
using Pipeline.Functions.Auth;
using Pipeline.Functions.Recovery;
using Pipeline.Functions.Scoring;
using Pipeline.Functions.Serving;

namespace Pipeline.Functions.Hosting;

// Checks of options at the start of the program, against the attributes on them, by code that the compiler writes: reflection is not there in native code.

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
