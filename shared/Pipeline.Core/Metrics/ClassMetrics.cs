namespace Pipeline.Core.Metrics;

/// <summary>Figures of one class. A ratio with nothing below the line is 0.</summary>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of the examples predicted as this class, the share that belongs to it.</param>
/// <param name="Recall">Of the examples of this class, the share that was found.</param>
/// <param name="F1">Harmonic mean of the two.</param>
/// <param name="Support">Examples of this class.</param>
/// <param name="RocAuc">Area under the ROC curve of this class against the rest; null without probabilities, or where all examples are of it, or none.</param>
/// <param name="AveragePrecision">Average precision of this class against the rest; null without probabilities or examples of it.</param>
public sealed record ClassMetrics(
    string Label, double Precision, double Recall, double F1, long Support, double? RocAuc = null, double? AveragePrecision = null);

/// <summary>A mean over classes.</summary>
/// <param name="Precision">Mean precision.</param>
/// <param name="Recall">Mean recall.</param>
/// <param name="F1">Mean F1 (not the F1 of the means).</param>
public sealed record AveragedMetrics(double Precision, double Recall, double F1);
