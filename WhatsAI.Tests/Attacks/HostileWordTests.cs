using System.Reflection;
using Microsoft.AspNetCore.Http;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Attacks;

/// <summary>Words with SQL, patterns, line ends and zeros in them, through every text that a member can make the program take.</summary>
public sealed class HostileWordTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private SeededCompany _ours = null!;
    private SeededCompany _theirs = null!;

    public static TheoryData<string> Words =>
        [
            "'; DELETE FROM messages; --",
            "' OR '1'='1",
            "x') OR 1=1) --",
            "$1",
            "\\'; SELECT pg_sleep(60); --",
            "%' UNION SELECT tenant_id::text FROM tenants --",
            "%",
            "_",
            "a\0b",
            "a\r\nb",
            "{0} {tenant}",
            "id; DROP TABLE messages",
            "created_at DESC, (SELECT 1)",
            "../../etc/passwd",
            "<script>alert(1)</script>",
        ];

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _ours = await SeededCompany.CreateAsync(_services);
        _theirs = await SeededCompany.CreateAsync(_services);
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Word_is_taken_as_it_is_or_refused_and_shows_and_changes_nothing_of_others(string word)
    {
        var before = await _theirs.FingerprintAsync();
        var calls = new DoorCalls(_services, _ours, _theirs);
        foreach (var method in CompanyDoors.All().Where(TakesWords))
        {
            await calls.SayAsync(method, word);
        }

        calls.Count.ShouldBeGreaterThan(10);
        (await _theirs.FingerprintAsync()).ShouldBe(before);
        (await _ours.EmptyTablesAsync()).ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static bool TakesWords(MethodInfo method) =>
        !CompanyDoors.Outside.ContainsKey(CompanyDoors.NameOf(method))
        && method.GetParameters().Any(p => CompanyDoors.TakesWords(p.ParameterType))
        // The forms of the account pages are tried by their addresses.
        && !method.GetParameters().Any(p => p.ParameterType == typeof(HttpContext))
        // Only the framework calls those, with what other doors were given.
        && !method.DeclaringType!.GetInterfaces().Any(i => i.Namespace!.StartsWith("Microsoft.", StringComparison.Ordinal));
}
