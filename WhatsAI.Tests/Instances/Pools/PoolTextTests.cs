using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Instances;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>Every key that a rule of the pools can produce has words in both languages.</summary>
public sealed partial class PoolTextTests
{
    private static readonly ServiceProvider _provider = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();

    public static TheoryData<string> Languages => ["en", "pt-BR"];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Keys_made_of_enums_have_words(string language)
    {
        string[] keys =
        [
            .. Of<PaceReason>("pace"),
            "pace.held",
            "pace.number-unwell",
            .. Of<RoleCause>("role"),
            .. Of<MemberRole>("as").SelectMany(k => new[] { k, k + ".one", k + ".many", k + ".hint" }),
            .. Of<PoolStrategy>("strategy").SelectMany(k => new[] { k, k + ".hint" }),
            .. Of<Verdict>("verdict"),
            .. Of<ErrorKind>("cause.error"),
            .. Of<WarmUpPreset>("form.preset"),
            .. Enumerable
                .Range(0, 1_000)
                .Select(c => CloseCode.Of(c).Cause)
                .Append(CloseCode.Of(null).Cause)
                .Distinct()
                .Select(c => $"cause.{c}"),
        ];

        Missing<PoolsText>(language, keys).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Keys_that_the_rules_write_have_words(string language)
    {
        var rules = Repository
            .Files("WhatsAI.Core", "*.cs")
            .Where(f => f.Contains("/Instances/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToArray();
        var written = rules.SelectMany(t => Written().Matches(t)).Select(m => m.Groups[1].Value).Distinct().ToArray();
        var findings = rules.SelectMany(t => Found().Matches(t)).Select(m => "cause." + m.Groups[1].Value).Distinct().ToArray();
        var health = rules.SelectMany(t => Layer().Matches(t)).Select(m => "health." + m.Groups[1].Value).Distinct().ToArray();

        var acts = Repository
            .Files("WhatsAI.Infrastructure", "*.cs")
            .SelectMany(f => Act().Matches(File.ReadAllText(f)))
            .Select(m => "cause." + m.Groups[1].Value)
            .ToArray();

        (written.Length > 12, findings.Length > 8, health.Length > 10, acts.Length > 1).ShouldBe(
            (true, true, true, true),
            "the patterns still find what the rules write"
        );
        Missing<PoolsText>(language, [.. written, .. findings, .. acts]).ShouldBeEmpty();
        Missing<InstancesText>(language, health).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void States_of_cards_have_words_and_counts(string language)
    {
        var states = Repository
            .Files("WhatsAI.Web", "NumberWords.cs")
            .SelectMany(f => State().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups[1].Value)
            .Distinct()
            .ToArray();

        states.Length.ShouldBeGreaterThan(12);
        Missing<InstancesText>(language, [.. states.SelectMany(s => new[] { $"state.{s}", $"count.{s}.one", $"count.{s}.many" })])
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> Of<T>(string prefix)
        where T : struct, Enum => Enum.GetValues<T>().Select(v => ReasonKey.Of(prefix, v));

    private static IReadOnlyList<string> Missing<T>(string language, IReadOnlyList<string> keys)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            var texts = _provider.GetRequiredService<IStringLocalizer<T>>();
            var own = texts.GetAllStrings(includeParentCultures: language == "en").Select(s => s.Name).ToHashSet();
            return [.. keys.Where(k => !own.Contains(k))];
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    // What is thrown is a rule's text (RuleText), which another test looks for.
    [GeneratedRegex("""new WantedRole\([^;"]*"([a-z-]+)"\)""")]
    private static partial Regex Act();

    [GeneratedRegex("""(?<!RuleException\(\s*)"((?:failover|held|rotation)\.[a-z]+(?:-[a-z]+)*)"(?!\s*,\s*MaxNameLength)""")]
    private static partial Regex Written();

    [GeneratedRegex(
        """new(?: Finding)?\(\s*(?:Verdict\.\w+|verdict|hopeless[^,]*),\s*(?:link\.\w+ is \d+ \? )?"([a-z0-9.-]+)"(?=[,\s:)])"""
    )]
    private static partial Regex Found();

    [GeneratedRegex("""HealthLayer\.\w+, Gravity\.\w+, "([a-z.-]+)"[,)]""")]
    private static partial Regex Layer();

    [GeneratedRegex("""new\(\s*"([a-z-]+)",\s*(?:Tone|sentence)""")]
    private static partial Regex State();
}
