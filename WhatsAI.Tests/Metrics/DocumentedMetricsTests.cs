using System.Text.RegularExpressions;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Metrics;

public sealed partial class DocumentedMetricsTests
{
    [Fact]
    public void Every_figure_is_in_the_page_for_operators_and_no_other()
    {
        var counted = new[] { "WhatsAI.Infrastructure", "WhatsAI.Web" }
            .SelectMany(p => Repository.Files(p, "*Meter.cs"))
            .SelectMany(f => Name().Matches(File.ReadAllText(f)).Select(m => m.Groups["name"].Value))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operation.md"));
        var written = page.Split('\n')
            .Where(l => l.StartsWith("| `whatsai.", StringComparison.Ordinal))
            .SelectMany(l => InTable().Matches(l.Split('|')[1]).Select(m => m.Groups["name"].Value));

        counted.Count.ShouldBeGreaterThan(20);
        written.Order(StringComparer.Ordinal).ShouldBe(counted);
    }

    // An instrument's name has a feature and a figure; a meter's has the feature only.
    [GeneratedRegex("""["](?<name>whatsai\.[a-z]+(\.[a-z_]+)+)["]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();

    [GeneratedRegex("`(?<name>whatsai[a-z_.]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex InTable();
}
