using System.Text.RegularExpressions;
using System.Xml.Linq;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests;

/// <summary>Every text exists in both languages, and every key that is used exists.</summary>
public sealed partial class ResourceTests
{
    public static TheoryData<string> English => [.. Resources().Select(Relative)];

    [Theory]
    [MemberData(nameof(English))]
    public void Resource_has_the_same_keys_in_both_languages(string file)
    {
        var english = Read(Path.Combine(Repository.Root, file));
        var portuguese = Read(Path.Combine(Repository.Root, file.Replace(".resx", ".pt-BR.resx", StringComparison.Ordinal)));

        english.Keys.Except(portuguese.Keys).ShouldBeEmpty("missing in Portuguese");
        portuguese.Keys.Except(english.Keys).ShouldBeEmpty("missing in English");
    }

    [Theory]
    [MemberData(nameof(English))]
    public void Resource_has_the_same_placeholders_in_both_languages(string file)
    {
        var english = Read(Path.Combine(Repository.Root, file));
        var portuguese = Read(Path.Combine(Repository.Root, file.Replace(".resx", ".pt-BR.resx", StringComparison.Ordinal)));

        english
            .Where(e => portuguese.ContainsKey(e.Key) && Placeholders(e.Value) != Placeholders(portuguese[e.Key]))
            .Select(e => e.Key)
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(English))]
    public void Resource_has_no_empty_text(string file)
    {
        foreach (var language in new[] { file, file.Replace(".resx", ".pt-BR.resx", StringComparison.Ordinal) })
        {
            Read(Path.Combine(Repository.Root, language))
                .Where(e => string.IsNullOrWhiteSpace(e.Value))
                .Select(e => e.Key)
                .ShouldBeEmpty(language);
        }
    }

    [Fact]
    public void Literal_keys_exist_in_the_resource_they_are_looked_up_in()
    {
        var keys = Resources().ToDictionary(f => Path.GetFileNameWithoutExtension(f), f => Read(f).Keys.ToHashSet());
        var missing =
            from file in Repository.Files("WhatsAI.Web", "*.razor", "*.cs")
            let text = Source(file)
            from localizer in Localizers(text)
            from use in Regex.Matches(text, $@"\b{localizer.Name}\[\s*""([^""]+)""")
            where !keys.TryGetValue(localizer.Resource, out var known) || !known.Contains(use.Groups[1].Value)
            select $"{Relative(file)}: {localizer.Resource} has no \"{use.Groups[1].Value}\"";

        missing.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Rules_have_a_text()
    {
        var known = Read(Path.Combine(Repository.Root, "WhatsAI.Web/Common/RuleText.resx")).Keys.ToHashSet();
        var missing =
            from project in new[] { "WhatsAI.Core", "WhatsAI.Infrastructure", "WhatsAI.Web" }
            from file in Repository.Files(project, "*.cs", "*.razor")
            from use in RuleKey().Matches(File.ReadAllText(file))
            where !known.Contains(use.Groups[1].Value)
            select $"{Relative(file)}: RuleText has no \"{use.Groups[1].Value}\"";

        missing.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Reasons_the_ledger_can_store_have_words()
    {
        var written =
            from project in new[] { "WhatsAI.Core", "WhatsAI.Infrastructure" }
            from file in Repository.Files(project, "*.cs")
            from use in Reason().Matches(File.ReadAllText(file))
            select use.Groups[1].Value;
        var failures = Enum.GetValues<GatewayFailure>();
        var composed =
            from file in Repository.Files("WhatsAI.Infrastructure", "*.cs")
            from use in ReasonOfFailure().Matches(File.ReadAllText(file))
            from failure in failures
            select use.Groups[1].Value + LedgerRules.NameOf(failure);
        var reasons = written.Concat(composed).ToHashSet();

        reasons.Count.ShouldBeGreaterThan(3 * failures.Length);
        reasons.ShouldContain("failed.number-deleted", "what SQL writes is found too");
        foreach (var language in new[] { "", ".pt-BR" })
        {
            reasons.Except(Read(Path.Combine(Repository.Root, $"WhatsAI.Web/Inbox/InboxText{language}.resx")).Keys).ShouldBeEmpty();
        }
    }

    private static IEnumerable<string> Resources() =>
        new[] { "WhatsAI.Web", "WhatsAI.Infrastructure" }
            .SelectMany(project => Repository.Files(project, "*.resx"))
            .Where(f => !f.EndsWith(".pt-BR.resx", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    // A component's markup uses what its code-behind injects, and the other way round; both use what their base class injects.
    private static string Source(string file)
    {
        var twin =
            file.EndsWith(".razor", StringComparison.Ordinal) ? file + ".cs"
            : file.EndsWith(".razor.cs", StringComparison.Ordinal) ? file[..^3]
            : null;
        var text = File.ReadAllText(file) + (twin is not null && File.Exists(twin) ? File.ReadAllText(twin) : "");
        var inherited = Path.Combine(Path.GetDirectoryName(file)!, Inherited().Match(text).Groups[1].Value + ".cs");
        return text + (File.Exists(inherited) ? File.ReadAllText(inherited) : "");
    }

    private static IEnumerable<(string Name, string Resource)> Localizers(string text) =>
        Localizer().Matches(text).Select(m => (m.Groups[2].Value, m.Groups[1].Value)).Distinct();

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value);

    private static string Placeholders(string text) =>
        string.Join(',', Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"IStringLocalizer<(\w+)>\s+(\w+)")]
    private static partial Regex Localizer();

    [GeneratedRegex(@"@inherits (\w+)")]
    private static partial Regex Inherited();

    [GeneratedRegex(@"new RuleException\(\s*""([^""]+)""")]
    private static partial Regex RuleKey();

    [GeneratedRegex(@"\$""((?:failed|skipped|waiting|unconfirmed)\.)\{")]
    private static partial Regex ReasonOfFailure();

    // A literal of C# or of SQL.
    [GeneratedRegex(@"[""']((?:failed|skipped|waiting|unconfirmed)\.[a-z]+(?:-[a-z]+)*)[""']")]
    private static partial Regex Reason();

    [GeneratedRegex(@"\{\d+")]
    private static partial Regex Placeholder();
}
