using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Tests.Attacks;

/// <summary>What programs are told of a company: by its key alone, of itself alone, and nothing personal.</summary>
[Collection(typeof(AttackGroup))]
public sealed class StatusKeyTests(AttackedConsole attacked)
{
    private static readonly string[] _addresses = ["/api/status/quick", "/api/status/daily", "/api/instances/pools/status"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_shows_its_own_company_whatever_else_is_said()
    {
        var (ours, theirs) = (await KeyAsync(attacked.Ours), await KeyAsync(attacked.Theirs));
        foreach (var address in _addresses)
        {
            using var answer = await AskAsync($"{address}?tenantId={attacked.Theirs.Tenant.Id}&tenant={attacked.Theirs.Tenant.Slug}", ours);
            var text = await answer.Content.ReadAsStringAsync(Ct);

            answer.StatusCode.ShouldBe(HttpStatusCode.OK, address);
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            using var json = JsonDocument.Parse(text);
            json.RootElement.GetProperty("zone").GetString().ShouldBe("America/Sao_Paulo");
            text.ShouldNotContain(attacked.Theirs.Number.ToString());
            text.ShouldNotContain("@s.whatsapp.net");
            text.ShouldNotContain("Loja", Case.Sensitive, "a number may be called after a person");
        }

        using var pools = await AskAsync(_addresses[2], theirs);
        (await pools.Content.ReadAsStringAsync(Ct)).ShouldContain(attacked.Theirs.Number.ToString());
        using var quick = JsonDocument.Parse(await (await AskAsync(_addresses[0], ours)).Content.ReadAsStringAsync(Ct));
        quick.RootElement.GetProperty("numbers").GetProperty("total").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_its_key_a_company_says_nothing()
    {
        var key = await KeyAsync(attacked.Ours);
        var cut = key[..^1];
        var upper = key.ToUpperInvariant();
        var others = key[..17] + (await KeyAsync(attacked.Theirs))[17..];
        foreach (var wrong in new[] { null, "", "wst_", cut, upper, others, "' OR '1'='1", new string('a', 4_000) })
        {
            foreach (var address in _addresses)
            {
                using var answer = await AskAsync(address, wrong);

                answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{address} {wrong}");
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            }
        }
    }

    [Fact]
    public async Task Replaced_and_revoked_keys_open_nothing_and_are_not_stored()
    {
        var first = await KeyAsync(attacked.Ours);
        var second = await KeyAsync(attacked.Ours);
        (await StatusAsync(first)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(second)).ShouldBe(HttpStatusCode.OK);

        await using var scope = Enter(attacked.Ours);
        await scope.ServiceProvider.GetRequiredService<StatusKeyActions>().RevokeAsync(Ct);

        (await StatusAsync(second)).ShouldBe(HttpStatusCode.Unauthorized);
        (await scope.ServiceProvider.GetRequiredService<StatusKeyQueries>().FindAsync(Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Who_asks_too_often_waits_and_nobody_else_does()
    {
        var other = await attacked.FoundAsync($"{Guid.NewGuid():N}@casa.example", "Outra");
        var (busy, calm) = (await KeyAsync(other), await KeyAsync(attacked.Ours));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 62; i++)
        {
            statuses.Add(await StatusAsync(busy));
        }

        statuses.Take(50).ShouldAllBe(s => s == HttpStatusCode.OK);
        using var refused = await AskAsync(_addresses[0], busy);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await StatusAsync(calm)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Manager_makes_no_key()
    {
        await using var scope = Enter(attacked.Ours, Role.Manager);

        var refused = await Should.ThrowAsync<Core.Common.RuleException>(() =>
            scope.ServiceProvider.GetRequiredService<StatusKeyActions>().CreateAsync(Ct)
        );

        refused.Key.ShouldBe("permission.missing");
    }

    private async Task<HttpStatusCode> StatusAsync(string key)
    {
        using var answer = await AskAsync(_addresses[0], key);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> AskAsync(string address, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + key);
        }

        using var visitor = attacked.NewVisitor();
        return await visitor.SendAsync(request);
    }

    private async Task<string> KeyAsync(Company company)
    {
        await using var scope = Enter(company);
        return await scope.ServiceProvider.GetRequiredService<StatusKeyActions>().CreateAsync(Ct);
    }

    private AsyncServiceScope Enter(Company company, Role role = Role.Owner)
    {
        var scope = attacked.Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(company.Tenant.Id, company.Tenant.OwnerId, role, "Ana Ribeiro");
        return scope;
    }
}
