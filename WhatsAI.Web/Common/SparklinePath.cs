using System.Globalization;
using System.Text;

namespace WhatsAI.Web.Common;

public static class SparklinePath
{
    /// <summary>An SVG path 100 units wide and <paramref name="height"/> high; zero is the bottom, the highest value a pixel below the top.</summary>
    public static string Of(IReadOnlyList<double> values, int height)
    {
        if (values.Count < 2)
        {
            return "";
        }

        var highest = Math.Max(values.Max(), 1);
        var path = new StringBuilder();
        for (var i = 0; i < values.Count; i++)
        {
            var x = 100.0 * i / (values.Count - 1);
            var y = height - 1 - (Math.Max(values[i], 0) / highest * (height - 2));
            path.Append(i == 0 ? "M" : " L").Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
        }

        return path.ToString();
    }
}
