using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace WhatsAI.Web.Metrics;

/// <summary>Prometheus' text format: <c>whatsai.journal.append.duration</c> in seconds becomes <c>whatsai_journal_append_duration_seconds</c>.</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    /// <summary>Tags as they stand between the braces, in the order of their names.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return string.Join(
            ',',
            sorted.Select(t => $"{Plain(t.Key)}=\"{Escape(Convert.ToString(t.Value, CultureInfo.InvariantCulture) ?? "")}\"")
        );
    }

    public void Add(Instrument instrument, IEnumerable<KeyValuePair<string, Series>> series)
    {
        var (name, type) = (NameOf(instrument), TypeOf(instrument));
        if (instrument.Description is { Length: > 0 } help)
        {
            _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help.Replace('\n', ' ')}\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        // The same tags twice when two of the framework's meters share a name: one line, or the whole page would be refused.
        foreach (var (labels, one) in series.OrderBy(s => s.Key, StringComparer.Ordinal).DistinctBy(s => s.Key, StringComparer.Ordinal))
        {
            if (one is Series.Distribution distribution)
            {
                Add(name, labels, distribution);
            }
            else
            {
                Line(name, labels, ((Series.Figure)one).Value);
            }
        }
    }

    public override string ToString() => _text.ToString();

    private void Add(string name, string labels, Series.Distribution distribution)
    {
        var (buckets, sum) = distribution.Read();
        foreach (var (bound, count) in buckets)
        {
            Line(name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{Number(bound)}\"", count);
        }

        Line(name + "_sum", labels, sum);
        Line(name + "_count", labels, buckets[^1].Count);
    }

    private void Line(string name, string labels, double value) =>
        _text.Append(name).Append(labels.Length > 0 ? "{" + labels + "}" : "").Append(' ').Append(Number(value)).Append('\n');

    private static string NameOf(Instrument instrument)
    {
        var name = Plain(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return name + (name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit) + (TypeOf(instrument) == "counter" ? "_total" : "");
    }

    private static string TypeOf(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> or Histogram<long> or Histogram<int> => "histogram",
            Counter<double> or Counter<long> or Counter<int> => "counter",
            ObservableCounter<double> or ObservableCounter<long> or ObservableCounter<int> => "counter",
            _ => "gauge",
        };

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
