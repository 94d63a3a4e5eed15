namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>Distributions, as far as they are needed.</summary>
internal static class Chance
{
    /// <summary>A draw from Beta(a, b), both at least 1.</summary>
    public static double Beta(double a, double b, Random random)
    {
        var x = Gamma(a, random);
        return x / (x + Gamma(b, random));
    }

    /// <summary>The probability that a standard normal variable is above <paramref name="z"/> either way.</summary>
    public static double TwoSided(double z) => Erfc(Math.Abs(z) / Math.Sqrt(2));

    // Marsaglia and Tsang 2000, for a shape of at least 1.
    private static double Gamma(double shape, Random random)
    {
        var d = shape - (1d / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(random);
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    // Box and Muller.
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Numerical Recipes, 6.2: within 1.2e-7 of itself everywhere, for what is not negative.
    private static double Erfc(double x)
    {
        var t = 1 / (1 + (0.5 * x));
        double[] c =
        [
            0.17087277,
            -0.82215223,
            1.48851587,
            -1.13520398,
            0.27886807,
            -0.18628806,
            0.09678418,
            0.37409196,
            1.00002368,
            -1.26551223,
        ];
        var sum = c.Aggregate(0d, (total, factor) => (total * t) + factor);
        return t * Math.Exp(-(x * x) + sum);
    }
}
