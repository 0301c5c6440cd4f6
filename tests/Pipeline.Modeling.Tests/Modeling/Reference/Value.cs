namespace Pipeline.Modeling.Tests.Reference;

/// <summary>A matrix in fp64 with the gradient of the loss by it.</summary>
internal sealed class Value(int rows, int columns)
{
    public int Rows => rows;

    public int Columns => columns;

    public double[,] Data { get; } = new double[rows, columns];

    public double[,] Gradient { get; } = new double[rows, columns];
}
