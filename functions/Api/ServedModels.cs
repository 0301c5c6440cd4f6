using Pipeline.Functions.Serving;
using Pipeline.Functions.Serving.Explaining;

namespace Pipeline.Functions.Api;

/// <summary>What every route that answers texts does alike.</summary>
internal sealed class ServedModels(ModelCache models, MissingModel missing)
{
    /// <summary>Takes a hold on what shall answer.</summary>
    /// <param name="name">The model, as the caller writes it.</param>
    /// <param name="version">The version, as the caller writes it; null: the one in production.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RefusedRequestException">There is none; says which there are, or why there is none yet.</exception>
    /// <exception cref="ModelLoadingException">It is still being loaded.</exception>
    public async Task<ModelLease> AcquireAsync(string name, string? version, CancellationToken cancellationToken)
    {
        var canBe = ResourceName.IsValid(name) && (version is null || ResourceName.IsVersion(version));
        if (canBe && await models.AcquireAsync(name, version, cancellationToken) is { } lease)
            return lease;
        throw version is null ? await missing.ReasonAsync(name, cancellationToken) : await missing.ReasonAsync(name, version, cancellationToken);
    }

    /// <summary>Answers a request, with the words that moved the scores where it asks for them.</summary>
    /// <param name="model">A model that is held.</param>
    /// <param name="request">A request that the model can answer.</param>
    /// <param name="limits">How many runs an explanation may take.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ClassifyRequestException">A text is longer than the model reads and was not to be cut, or there are too many to explain.</exception>
    public static Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(
        LoadedModel model, ClassifyRequest request, ServingOptions limits, CancellationToken cancellationToken)
    {
        if (request.Explain is not { } explain)
            return ClassifyAsync(model, request.Inputs, request.Options, cancellationToken);
        var passes = ClassifyExplain.PassesFor(request.Inputs.Count, limits);
        return WithPlaceAsync(model, () => Occlusion.ExplainAsync(model, request.Inputs, request.Options, explain.Words, passes, cancellationToken));
    }

    /// <summary>Answers texts.</summary>
    /// <param name="model">A model that is held.</param>
    /// <param name="inputs">Texts or pairs, as the model reads them.</param>
    /// <param name="options">How they are read and answered.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ClassifyRequestException">A text is longer than the model reads and was not to be cut.</exception>
    public static Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(
        LoadedModel model, IReadOnlyList<TextInput> inputs, AnswerOptions options, CancellationToken cancellationToken) =>
        WithPlaceAsync(model, () => model.ClassifyAsync(inputs, options, cancellationToken));

    private static async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> WithPlaceAsync(LoadedModel model, Func<Task<IReadOnlyList<IReadOnlyList<LabelScore>>>> answer)
    {
        try
        {
            return await answer();
        }
        catch (TextTooLongException tooLong)
        {
            throw ClassifyRequestException.Unservable(
                "too-many-tokens", $"'inputs[{tooLong.Index}]' has {tooLong.Tokens} tokens; model '{model.Manifest.ModelName}' reads {tooLong.Limit}.",
                "Send a shorter text, or leave 'truncate' out to have it cut.");
        }
    }
}
