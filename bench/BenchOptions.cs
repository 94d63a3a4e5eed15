using System.Globalization;

namespace WhatsAI.Bench;

/// <summary>What the command line asks for; a measurement's own default stands where it says nothing.</summary>
internal sealed record BenchOptions(string What, bool Quick, IReadOnlyDictionary<string, int> Values)
{
    /// <summary>Null when it cannot be understood.</summary>
    public static BenchOptions? Parse(string[] args)
    {
        if (args is not [var what, .. var rest])
        {
            return null;
        }

        var quick = false;
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == "--quick")
            {
                quick = true;
            }
            else if (
                rest[i].StartsWith("--", StringComparison.Ordinal)
                && i + 1 < rest.Length
                && int.TryParse(rest[i + 1], CultureInfo.InvariantCulture, out var value)
            )
            {
                values[rest[i++][2..]] = value;
            }
            else
            {
                return null;
            }
        }

        return new BenchOptions(what, quick, values);
    }

    public int Of(string name, int usual, int quick) => Values.TryGetValue(name, out var value) ? value : (Quick ? quick : usual);
}
