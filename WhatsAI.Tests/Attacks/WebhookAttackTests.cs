using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Attacks;

/// <summary>Who pretends to be a gateway, and a gateway that was taken over.</summary>
[Collection(typeof(AttackGroup))]
public sealed class WebhookAttackTests(AttackedConsole attacked)
{
    private const int FiftyMegabytes = 50 * 1024 * 1024;
    private static readonly string _event = Hook.Text("oi", Hook.NewId()).ToJsonString();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secret_that_is_not_this_numbers_own_stores_nothing()
    {
        var (theirs, ours) = (attacked.Theirs, attacked.Ours);
        using var stranger = attacked.NewVisitor();
        var before = await JournalledAsync(theirs);

        foreach (
            var secret in new[]
            {
                null,
                " ",
                "x",
                ours.Secret,
                theirs.Secret[..^1],
                theirs.Secret + "0",
                theirs.Secret.ToUpperInvariant(),
                theirs.Secret + "," + theirs.Secret,
                theirs.Route,
            }
        )
        {
            (await AttackedConsole.PostAsync(stranger, theirs, _event, secret)).ShouldBe(HttpStatusCode.Unauthorized, secret);
        }

        (await AttackedConsole.PostAsync(stranger, theirs with { Route = theirs.Route.ToUpperInvariant() }, _event)).ShouldBe(
            HttpStatusCode.NotFound
        );
        (await JournalledAsync(theirs)).ShouldBe(before);
    }

    [Fact]
    public async Task Company_of_an_event_is_its_routes_whatever_the_body_or_the_query_says()
    {
        var (theirs, ours) = (attacked.Theirs, attacked.Ours);
        using var gateway = attacked.NewVisitor();
        var before = (await JournalledAsync(theirs), await JournalledAsync(ours));
        var body = Hook.Text("de quem?", Hook.NewId());
        body["instance"] = theirs.Number.ToString();
        foreach (var name in new[] { "tenantId", "tenant_id", "accountId" })
        {
            body[name] = theirs.Tenant.Id.ToString();
        }

        body["data"]!["instanceId"] = theirs.Number.ToString();

        var query = $"/x?tenantId={theirs.Tenant.Id}&instance={theirs.Number}";
        (await AttackedConsole.PostAsync(gateway, ours with { Route = ours.Route + query }, body.ToJsonString())).ShouldBe(
            HttpStatusCode.OK
        );

        (await JournalledAsync(theirs), await JournalledAsync(ours)).ShouldBe((before.Item1, before.Item2 + 1));
    }

    [Fact]
    public async Task Recorded_event_played_again_changes_nothing()
    {
        using var gateway = attacked.NewVisitor();
        var company = await attacked.FoundAsync($"replay{Guid.NewGuid():N}@attack.example", "Replay");
        var body = Hook.Text("uma vez", Hook.NewId()).ToJsonString();
        for (var i = 0; i < 3; i++)
        {
            (await AttackedConsole.PostAsync(gateway, company, body)).ShouldBe(HttpStatusCode.OK);
        }

        await using var scope = Enter(company);
        var db = scope.ServiceProvider.GetRequiredService<ConsoleDb>();
        await Wait.UntilAsync(async () => await db.Journal.CountAsync(j => j.DoneAt != null, Ct) == 4, "all are processed");
        (await db.Messages.CountAsync(m => m.Text == "uma vez", Ct)).ShouldBe(1);
    }

    [Theory]
    [InlineData(true, "", "413")]
    [InlineData(false, "", "413")]
    [InlineData(true, "wrong", "401")]
    [InlineData(false, "wrong", "401")]
    public async Task Fifty_megabytes_are_answered_without_being_read(bool lengthIsSaid, string secret, string expected)
    {
        var to = attacked.Theirs;
        using var client = Connect();
        var stream = client.GetStream();
        var length = lengthIsSaid ? $"Content-Length: {FiftyMegabytes}" : "Transfer-Encoding: chunked";
        await stream.WriteAsync(Head(to, length, secret.Length == 0 ? to.Secret : secret), Ct);
        var answer = new byte[12];
        var answered = stream.ReadExactlyAsync(answer, Ct).AsTask();
        var sent = 0;
        var chunk = Encoding.ASCII.GetBytes("10000\r\n" + new string(' ', 0x10000) + "\r\n");
        while (!lengthIsSaid && !answered.IsCompleted && sent < FiftyMegabytes)
        {
            try
            {
                await stream.WriteAsync(chunk, Ct);
                sent += 0x10000;
            }
            catch (IOException)
            {
                break;
            }
        }

        await answered;
        Encoding.ASCII.GetString(answer).ShouldBe("HTTP/1.1 " + expected);
        // With what the network itself holds on the way.
        sent.ShouldBeLessThan(30 * 1024 * 1024);
    }

    [Fact]
    public async Task Number_that_takes_all_its_places_waits_and_the_others_do_not()
    {
        var flooded = await attacked.FoundAsync($"flood{Guid.NewGuid():N}@attack.example", "Flood");
        using var gateway = attacked.NewVisitor();
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < AttackedConsole.WebhooksAtOnce; i++)
            {
                held.Add(await HoldAsync(flooded));
            }

            await Wait.UntilAsync(
                async () =>
                {
                    // A busy machine may have answered one of them 503, and with that given its place back.
                    foreach (var answered in held.Where(client => client.Available > 0).ToList())
                    {
                        answered.Dispose();
                        held[held.IndexOf(answered)] = await HoldAsync(flooded);
                    }

                    return await AttackedConsole.PostAsync(gateway, flooded, "{}") == HttpStatusCode.TooManyRequests;
                },
                "no place is left"
            );
            (await AttackedConsole.PostAsync(gateway, attacked.Ours, "{}")).ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            held.ForEach(client => client.Dispose());
        }

        await Wait.UntilAsync(
            async () => await AttackedConsole.PostAsync(gateway, flooded, "{}") == HttpStatusCode.OK,
            "the places are given back"
        );
    }

    [Fact]
    public async Task Number_that_posts_fast_and_one_after_the_other_is_never_turned_away()
    {
        var busy = await attacked.FoundAsync($"busy{Guid.NewGuid():N}@attack.example", "Busy");
        using var gateway = attacked.NewVisitor();

        for (var i = 0; i < AttackedConsole.WebhooksAtOnce * 10; i++)
        {
            (await AttackedConsole.PostAsync(gateway, busy, "{}")).ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Guesses_at_routes_are_slowed_down_and_known_routes_are_not()
    {
        using var guesser = attacked.NewVisitor();
        (await AttackedConsole.PostAsync(guesser, attacked.Ours, "{}")).ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, AttackedConsole.UnknownRoutesPerSecond * 6)
                .Select(i => AttackedConsole.PostAsync(guesser, attacked.Ours with { Route = $"{i:00000000000000000000}" }, "{}"))
        );

        answers.Distinct().Order().ShouldBe([HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests]);
        (await AttackedConsole.PostUntilStoredAsync(guesser, attacked.Ours, "{}")).ShouldBe(HttpStatusCode.OK);
        using var other = attacked.NewVisitor();
        (await AttackedConsole.PostAsync(other, attacked.Ours with { Route = new string('0', 20) }, "{}")).ShouldBe(
            HttpStatusCode.NotFound
        );
    }

    /// <summary>A webhook whose body does not end. What is there is enough for the server not to give it up as too slow for minutes.</summary>
    private async Task<TcpClient> HoldAsync(Company to)
    {
        const int There = 64 * 1024;
        var client = Connect();
        await client.GetStream().WriteAsync((byte[])[.. Head(to, $"Content-Length: {There * 2}", to.Secret), .. new byte[There]], Ct);
        return client;
    }

    private TcpClient Connect()
    {
        var address = new Uri(attacked.Console.Address);
        return new TcpClient(address.Host, address.Port);
    }

    private static byte[] Head(Company to, string length, string secret) =>
        Encoding.ASCII.GetBytes(
            $"POST /hooks/evolution/{to.Route} HTTP/1.1\r\nHost: console\r\n{length}\r\n{GatewayWebhook.SecretHeader}: {secret}\r\n\r\n"
        );

    private async Task<int> JournalledAsync(Company company)
    {
        await using var scope = Enter(company);
        return await scope.ServiceProvider.GetRequiredService<ConsoleDb>().Journal.CountAsync(Ct);
    }

    private AsyncServiceScope Enter(Company company)
    {
        var scope = attacked.Console.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentMember>().Enter(company.Tenant, Role.Owner);
        return scope;
    }
}
