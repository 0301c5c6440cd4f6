using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Core;
using Pipeline.Modeling;
using Pipeline.Modeling.Lora;
using Pipeline.Modeling.Optimization;
using Pipeline.Trainer.Checkpoints;
using Pipeline.Trainer.Data;
using Pipeline.Trainer.Training;
using TorchSharp;

namespace Pipeline.Trainer.Jobs;

/// <summary>A model in training that goes on from its last checkpoint. All calls come from one thread, since libtorch keeps a pool of threads for each.</summary>
internal sealed class ModelTraining : IDisposable
{
    // A container has 30 s from SIGTERM to SIGKILL, of which giving the message back takes some.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly CheckpointStore _checkpoints;
    private readonly TrainingArguments _arguments;
    private readonly TrainingData _data;
    private readonly TrainingLoop _loop;
    private readonly torch.Device _device;
    private readonly RunReporter _reporter;

    /// <summary>Makes the model, and restores it where there is a checkpoint of these arguments.</summary>
    /// <exception cref="PermanentFailureException">The base model cannot be used.</exception>
    public ModelTraining(TrainingInputs inputs, CheckpointStore checkpoints, int? threads, RunReporter reporter, CancellationToken stop)
    {
        (_checkpoints, _arguments, _data, _reporter) = (checkpoints, inputs.Arguments, inputs.Data, reporter);
        _device = TorchRuntime.Initialize(threads);
        (Model, Lora) = _arguments.BaseModel is null
            ? (ModelFactory.FromScratch(_arguments, inputs.Data), null)
            : ModelFactory.FromBaseModel(inputs.BaseModelFolder, _arguments, inputs.Data);
        Model.to(_device);
        reporter.Text("args", $"```json\n{JsonSerializer.Serialize(_arguments, PipelineJson.Indented)}\n```");
        ReportMemory();
        _loop = new TrainingLoop(Model, inputs.Data, _arguments, reporter, Teacher(inputs.Data, stop));
        Restore(stop);
    }

    /// <summary>The model; after the last epoch with the weights of the best.</summary>
    public SequenceClassifier Model { get; }

    /// <summary>Its adapters, if it has any.</summary>
    public LoraModel? Lora { get; }

    /// <summary>Where the loop stands.</summary>
    public TrainingState State => _loop.State;

    /// <summary>Trains with checkpoints on the way; the last one is in storage when this returns.</summary>
    /// <param name="checkpointInterval">Time between two checkpoints within an epoch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="stop">Ends it within a step.</param>
    /// <param name="epochs">Epochs after which it ends for now; null: trains to the end.</param>
    public void Run(TimeSpan checkpointInterval, TimeProvider time, ILogger logger, CancellationToken stop, int? epochs = null)
    {
        ChooseCompute(time);
        ReportDevice(time);
        _reporter.Log(new IntervalStrategy(_arguments.LoggingStrategy, _arguments.LoggingSteps));
        _reporter.Stage("train", $"Training from step {_loop.State.Step} on {_device}.");
        var writer = new CheckpointWriter(_checkpoints, _loop, _arguments, _reporter.CheckAsync, checkpointInterval, time, logger);
        try
        {
            _loop.Run(writer.AfterStep, stop, epochs);
        }
        catch (OperationCanceledException)
        {
            writer.StopAsync(StopPatience).GetAwaiter().GetResult();
            _reporter.StandsAt(State.Step);
            throw;
        }
        catch
        {
            // What broke may have broken within a step: nothing is saved of it.
            writer.SettleAsync(StopPatience).GetAwaiter().GetResult();
            throw;
        }

        writer.FinishAsync().GetAwaiter().GetResult();
        Model.ComputeAs(ComputePath.Float32OneDnn); // what is tested and exported is fp32

        if (_loop.StoppedEarly)
        {
            _reporter.Event(
                "early_stopping",
                $"Training ended early: {State.EvaluationsWithoutProgress} evaluations in a row brought no better {_arguments.MetricForBestModel}.",
                step: State.Step);
        }

        // From its end on the model answers in the target's own units, as it will be published.
        if (_data.Problem == ProblemType.Regression && _loop.IsDone && _data.Scale is var scale)
            Model.RescaleLogit(scale.Deviation, scale.Mean);
    }

    public void Dispose() => _loop.Dispose();

    private LinearTeacher? Teacher(TrainingData data, CancellationToken stop)
    {
        if (_arguments.TeacherWeight == 0)
            return null;
        _reporter.Stage("prepare", "Fitting the linear models that the model learns from.");
        return LinearTeacher.Fit(data, _arguments.Seed, stop);
    }

    private void ReportMemory()
    {
        var memory = TrainingMemory.Of(Model);
        _reporter.Event(
            "memory",
            string.Create(CultureInfo.InvariantCulture, $"{memory.TrainedParameters:N0} of {memory.Parameters:N0} parameters are trained."),
            metrics: new Dictionary<string, double>
            {
                ["parameters"] = memory.Parameters,
                ["trained_parameters"] = memory.TrainedParameters,
                ["weight_bytes"] = memory.WeightBytes,
                ["gradient_bytes"] = memory.GradientBytes,
                ["optimizer_bytes"] = memory.OptimizerBytes,
            });
    }

    // Once for a run: a training that goes on computes as it began, or its weights would be others.
    private void ChooseCompute(TimeProvider time)
    {
        var policy = new ComputePolicy(_arguments, _device.type, Model.Config);
        if (_loop.State.Compute is { } kept && !policy.IsPossible(kept))
        {
            _reporter.OnWarning($"The training began with products in {kept}, which this device cannot compute; it goes on with another choice, so that its weights differ from those of a run that was not moved.", _loop.State.Step);
            _loop.State = _loop.State with { Compute = null };
        }

        if (_loop.State.Compute is null)
        {
            var choice = policy.Choose(time);
            _loop.State = _loop.State with { Compute = choice.Path };
            _reporter.Event("compute", choice.Reason, step: _loop.State.Step, metrics: choice.Milliseconds.Count == 0 ? null : choice.Milliseconds);
        }

        _loop.Tensors.ComputeAs(_loop.State.Compute!.Value);
    }

    private void ReportDevice(TimeProvider time)
    {
        var isCuda = _device.type == DeviceType.CUDA;
        var type = Model.ComputeType;
        var peak = isCuda ? PeakFlops.OfCuda(CudaDevice.Name, type) : PeakFlops.MeasureCpu(type, time);
        _reporter.Measure(isCuda ? CudaDevice.Name ?? "CUDA" : null, peak);
        var name = isCuda ? CudaDevice.Name ?? "a CUDA device" : $"{torch.get_num_threads()} threads of the CPU";
        var best = peak is { } flops ? string.Create(CultureInfo.InvariantCulture, $"at best {flops / 1e12:0.00} TFLOP/s") : "how fast it is at best is not known";
        _reporter.Event(
            "device",
            $"Training on {name}, matrices in {type}: {best}.",
            metrics: peak is null ? null : new Dictionary<string, double> { ["peak_flops"] = peak.Value });
    }

    private void Restore(CancellationToken stop)
    {
        using var tensors = new TemporaryFile();
        if (_checkpoints.ReadAsync(_arguments, tensors.Path, warning => _reporter.Event("warning", warning), stop).GetAwaiter().GetResult() is not { } state)
            return;
        try
        {
            _loop.Tensors.Load(tensors.Path);
        }
        catch (InvalidDataException)
        {
            // Half of it may be in the model by now: this attempt is lost, and the next one begins anew.
            _checkpoints.DeleteAllAsync(CancellationToken.None).GetAwaiter().GetResult();
            _loop.Dispose();
            throw;
        }

        _loop.State = state;
        _reporter.Event("checkpoint", $"Going on from step {state.Step}.", step: state.Step);
    }
}
