using Pipeline.Core;

namespace Pipeline.Functions.Hosting;

/// <summary>Answers speak the pipeline's JSON dialect.</summary>
internal static class Json
{
    /// <summary>Gives ASP.NET Core the settings of <see cref="PipelineJson"/>; its own options object cannot be replaced, so they are copied.</summary>
    public static void AddPipelineJson(this IHostApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            var (to, from) = (options.SerializerOptions, PipelineJson.Compact);
            to.PropertyNamingPolicy = from.PropertyNamingPolicy;
            to.DictionaryKeyPolicy = from.DictionaryKeyPolicy;
            to.DefaultIgnoreCondition = from.DefaultIgnoreCondition;
            to.Encoder = from.Encoder;
            foreach (var converter in from.Converters)
                to.Converters.Add(converter);
        });
}
