using System.Runtime.Intrinsics;
using Pipeline.Modeling.Native;

namespace Pipeline.Modeling.Tests;

public sealed class VectorMathTests
{
    [Fact]
    public void The_exponential_is_right_to_two_units_in_the_last_place()
    {
        for (double x = -87; x <= 88; x += 0.0137)
        {
            float rounded = (float)x;
            double exact = Math.Exp(rounded);
            float found = VectorMath.Exp(Vector512.Create(rounded))[0];
            Assert.InRange(Math.Abs(found - exact) / exact, 0, 2 * Math.Pow(2, -23));
        }
    }

    [Theory, InlineData(1000f, 88f), InlineData(float.PositiveInfinity, 88f), InlineData(-1000f, -87f), InlineData(float.NegativeInfinity, -87f)]
    public void Beyond_what_fp32_holds_it_stays_at_the_end(float x, float end) =>
        Assert.Equal(VectorMath.Exp(Vector512.Create(end)), VectorMath.Exp(Vector512.Create(x)));
}
