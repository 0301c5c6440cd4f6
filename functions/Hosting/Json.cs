using Pipeline.Core;

namespace Pipeline.Functions.Hosting;

/// <summary>Answers speak the pipeline's JSON dialect.</summary>
internal static class Json
{
    /// <summary>Gives ASP.NET Core the settings of <see cref="FunctionsJson"/>; its own options object cannot be replaced, so they are copied.</summary>
    public static void AddPipelineJson(this IHostApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            var (to, from) = (options.SerializerOptions, FunctionsJson.Compact.Options);
            to.PropertyNamingPolicy = from.PropertyNamingPolicy;
            to.DictionaryKeyPolicy = from.DictionaryKeyPolicy;
            to.DefaultIgnoreCondition = from.DefaultIgnoreCondition;
            to.Encoder = from.Encoder;
            // Nothing but these: what it cannot write must fail in every build, and not only in the one without reflection.
            to.TypeInfoResolverChain.Clear();
            to.TypeInfoResolverChain.Add(FunctionsJson.Default);
            to.TypeInfoResolverChain.Add(CoreJson.Default);
        });
}
