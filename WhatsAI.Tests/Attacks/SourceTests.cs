using System.Text.RegularExpressions;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>What the program's own text shows: how connections leave it, what is put into SQL, how secrets are compared.</summary>
public sealed partial class SourceTests
{
    /// <summary>Whoever opens connections without the guard, and why.</summary>
    private static readonly Dictionary<string, string> _connecting = new(StringComparer.Ordinal)
    {
        ["AlertHttp.cs"] = "a client over the handler, whose connections the guard opens",
        ["AnthropicWordings.cs"] = "is given the client of WordingHttp",
        ["WordingHttp.cs"] = "a client over the handler, whose connections the guard opens",
        ["OutgoingGuard.cs"] = "the guard itself",
        ["GuardedHandler.cs"] = "the one handler, whose connections the guard opens",
        ["EvolutionHttp.cs"] = "a client over the handler it is given",
        ["Logging.cs"] = "names a log's category",
        ["MailOutbox.cs"] = "the operator's own mail server, from the configuration",
        ["SandboxUpload.cs"] = "the pretended gateway, which fetches from loopback only",
        ["SandboxWebhooks.cs"] = "the pretended gateway posts to the console as a gateway does",
    };

    /// <summary>What is put into the text of a query that is neither a constant nor a parameter: chosen by the program among words of its own.</summary>
    private static readonly HashSet<string> _chosen = new(StringComparer.Ordinal)
    {
        "AgentActions.cs: column",
        "IContactStep.cs: table",
        "IContactStep.cs: id",
        "ThreadJoin.cs: table",
        "ThreadSplit.cs: table",
        "ThreadSplit.cs: closed",
        // Conditions, in which whatever a person chose is the number of a parameter (SegmentSql), and such numbers.
        "AudienceSql.cs: among",
        "AudienceSql.cs: counts",
        "AudienceSql.cs: facts",
        "AudienceSql.cs: from",
        "AudienceSql.cs: id",
        "AudienceSql.cs: most",
        "AudienceSql.cs: notThere",
        "AudienceSql.cs: others",
        "AudienceSql.cs: place",
        "AudienceSql.cs: since",
        "AudienceSql.cs: talks",
        "AudienceSql.cs: values.Add(import.Import)",
        "AudienceSql.cs: without",
        "RunClearing.cs: table",
        "ContactListSql.cs: condition",
        "ContactListSql.cs: counts",
        "ContactListSql.cs: place",
        "ContactListSql.cs: most",
        "ContactListSql.cs: among",
        "SegmentSql.cs: at",
        "SegmentSql.cs: key",
        "SegmentSql.cs: bounds",
        "SegmentSql.cs: since",
        "SegmentSql.cs: days",
        "SegmentSql.cs: which",
        "SegmentSql.cs: reached",
        "ListSql.cs: (filter.UnreadOnly ? \"AND unread > 0\" : \"\")",
        "ListSql.cs: (filter.TeamId is null ? \"\" : \"AND team_id = $8\")",
        "ListSql.cs: cut",
        "ListSql.cs: heads",
        "ListSql.cs: newest",
        "ListSql.cs: order",
        "ListSql.cs: scope",
        "ListSql.cs: from",
        "ListSql.cs: one",
        "ListSql.cs: page",
        "ListSql.cs: whose",
        "ListSql.cs: priority",
        "MessageSql.cs: parameter",
        "Migrator.cs: role",
        "Migrator.cs: string.Join(\", \", TenantWall.AppendOnly)",
        // Columns, as the report's own code names them.
        "ReportSql.cs: key",
        "ReportSql.cs: took",
        "ReportSql.cs: known",
        "ReportSql.cs: at",
        "ReportSql.cs: agent",
        "ReportSql.cs: due",
        "ReportSql.cs: lost",
        "ReportSql.cs: table",
        "20261121155536_EpisodeReports.cs: name",
        "20261121155536_EpisodeReports.cs: on",
        "20261121161700_Search.cs: name",
        "20261121161700_Search.cs: on",
        "20261121175245_SlaIndexes.cs: name",
        "20261121175245_SlaIndexes.cs: on",
        "20261122002531_ContactIndexes.cs: name",
        "20261122002531_ContactIndexes.cs: on",
        "TenantWall.cs: table",
        "UserSessions.cs: which",
    };

    [Fact]
    public void Connections_leave_through_the_guard() =>
        Product()
            .Where(f => Connecting().IsMatch(WithoutComments(f)))
            .Select(f => Path.GetFileName(f))
            .Distinct()
            .Order()
            .ShouldBe(_connecting.Keys.Order());

    [Fact]
    public void Guarded_handler_is_made_with_the_guard() =>
        Product()
            .SelectMany(f =>
                Regex.Matches(
                    WithoutComments(f),
                    @"GuardedHandler\.Create\((?<with>[^;]*?)\)\s*[;)]",
                    RegexOptions.Singleline | RegexOptions.ExplicitCapture
                )
            )
            .Select(m => m.Groups["with"].Value)
            .ShouldAllBe(made => made.Contains(".ConnectToGatewayAsync", StringComparison.Ordinal));

    [Fact]
    public void Secrets_are_compared_in_constant_time()
    {
        var comparing = Product()
            .Where(f => Regex.IsMatch(WithoutComments(f), @"SecretHash|HashOf\(secret"))
            .Where(f => Regex.IsMatch(WithoutComments(f), @"SecretHash\s*(==|!=)|SequenceEqual\([^)]*Secret|SecretHash[^;]*SequenceEqual"))
            .Select(f => Path.GetFileName(f));

        comparing.ShouldBeEmpty();
        WithoutComments(Product().Single(f => f.EndsWith("WebhookRoutes.cs", StringComparison.Ordinal))).ShouldContain("FixedTimeEquals");
    }

    [Fact]
    public void Queries_are_made_of_constants_and_parameters() =>
        Product()
            .Where(f => !f.Contains("Sandbox", StringComparison.Ordinal))
            .SelectMany(f =>
                from query in Interpolated().Matches(WithoutComments(f))
                where Sql().IsMatch(query.Value) && !query.Groups["parameters"].Success
                from part in Part().Matches(query.Value)
                where !Constant().IsMatch(part.Groups[1].Value)
                select $"{Path.GetFileName(f)}: {part.Groups[1].Value}"
            )
            .Distinct()
            .Except(_chosen)
            .ShouldBeEmpty("use a parameter, or say in this test why the text is the program's own");

    private static IEnumerable<string> Product() =>
        new[] { "WhatsAI.Core", "WhatsAI.Infrastructure", "WhatsAI.Web" }.SelectMany(p => Repository.Files(p, "*.cs", "*.razor"));

    private static string WithoutComments(string file) => Regex.Replace(File.ReadAllText(file), @"//.*", "");

    [GeneratedRegex(
        @"\b(HttpClient|SocketsHttpHandler|HttpClientHandler|IHttpClientFactory|AddHttpClient|TcpClient|TcpListener|UdpClient|WebClient|WebRequest|ClientWebSocket|SmtpClient|HttpMessageInvoker|QuicConnection)\b|\bnew Socket\b"
    )]
    private static partial Regex Connecting();

    // EF Core makes parameters of what is put into its own interpolated strings.
    [GeneratedRegex(
        """"
            (?<parameters>(?:ExecuteSqlAsync|ExecuteSql|FromSql|SqlQuery(?:<\w+>)?)\(\s*)?(?:\$"""[\s\S]*?"""|\$"(?:[^"\\\n]|\\.)*")
            """"
    )]
    private static partial Regex Interpolated();

    [GeneratedRegex(@"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|ORDER BY|CREATE|ALTER|DROP|LISTEN|GRANT|SET)\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Part();

    // Names of ours that begin with a capital, and the two functions that write a condition over a parameter's number.
    [GeneratedRegex(@"^(?:[A-Z]\w*\.)?[A-Z]\w*$|^(?:NumberSight\.In|IsSeen)\((?:""[\w.]+"", )?\d+\)$")]
    private static partial Regex Constant();
}
