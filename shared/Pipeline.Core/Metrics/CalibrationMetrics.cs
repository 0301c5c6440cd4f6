namespace Pipeline.Core.Metrics;

/// <summary>What temperature scaling did to the probabilities.</summary>
/// <param name="Temperature">What the scores were divided by; it is part of the weights of the classification head.</param>
/// <param name="Validation">On the validation split, by which the temperature was fitted.</param>
/// <param name="Test">On the test split.</param>
/// <param name="Reason">Why the temperature is 1; null where one was fitted.</param>
public sealed record CalibrationMetrics(double Temperature, BeforeAndAfter Validation, BeforeAndAfter Test, string? Reason = null);

/// <summary>Figures of probabilities before scores were divided, and after.</summary>
/// <param name="LogLossBefore">Log loss before (nats).</param>
/// <param name="LogLossAfter">Log loss after.</param>
/// <param name="ExpectedCalibrationErrorBefore">Expected calibration error before.</param>
/// <param name="ExpectedCalibrationErrorAfter">Expected calibration error after.</param>
public sealed record BeforeAndAfter(
    double? LogLossBefore, double? LogLossAfter, double? ExpectedCalibrationErrorBefore, double? ExpectedCalibrationErrorAfter)
{
    /// <summary>The figures of the same predictions with two temperatures.</summary>
    public static BeforeAndAfter Of(ClassificationMetrics before, ClassificationMetrics after) =>
        new(before.LogLoss, after.LogLoss, before.ExpectedCalibrationError, after.ExpectedCalibrationError);
}
