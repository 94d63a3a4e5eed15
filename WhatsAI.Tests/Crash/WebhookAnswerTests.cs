using System.Net;
using System.Text;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>What a gateway, or somebody who pretends to be one, is answered over real HTTP.</summary>
[Collection("crash")]
public sealed class WebhookAnswerTests(RunningConsole running)
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes(Hook.Text("oi", Hook.NewId()).ToJsonString());

    [Fact]
    public async Task Strangers_learn_nothing_and_leave_nothing()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        var other = await world.AddNumberAsync(running.Console.Address);
        var secret = number.Webhook.Secret;

        (await PostAsync(number, Message, null)).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(number, Message, secret[..^1])).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(number, Message, secret.ToUpperInvariant())).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(number, Message, other.Webhook.Secret)).ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(number with { Route = new string('a', 48) }, Message, secret)).ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(number with { Route = "x" }, Message, secret)).ShouldBe(HttpStatusCode.NotFound);

        (await JournalledAsync(world)).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_unread()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        var limit = new byte[8 * 1024 * 1024];
        limit.AsSpan().Fill((byte)' ');
        Message.CopyTo(limit, 0);

        (await PostAsync(number, [.. limit, (byte)' '], number.Webhook.Secret)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await JournalledAsync(world)).ShouldBe(0);
        (await PostAsync(number, limit, number.Webhook.Secret)).ShouldBe(HttpStatusCode.OK);
        (await JournalledAsync(world)).ShouldBePositive();
    }

    [Theory]
    [InlineData("{\"event\": \"messages.upsert\", ")]
    [InlineData("")]
    [InlineData("\0\u0001not json")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task What_cannot_be_read_is_kept_and_marked_and_holds_nothing_up(string body)
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);

        (await PostAsync(number, Encoding.UTF8.GetBytes(body), number.Webhook.Secret)).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(number, Message, number.Webhook.Secret)).ShouldBe(HttpStatusCode.OK);

        await world.ConversationsAsync(number, 1);
        (await world.ListAsync("SELECT problem FROM journal WHERE tenant_id = $1 AND problem IS NOT NULL")).ShouldBe(["unreadable"]);
        (await world.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1")).ShouldBe(0);
    }

    [Fact]
    public async Task A_deleted_numbers_webhooks_are_acknowledged_and_dropped()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address);
        await world.RunAsync("UPDATE webhook_routes SET deleted_at = now() WHERE tenant_id = $1");

        (await PostAsync(number, Message, number.Webhook.Secret)).ShouldBe(HttpStatusCode.OK);

        (await JournalledAsync(world)).ShouldBe(0);
    }

    private Task<HttpStatusCode> PostAsync(LinkedNumber number, byte[] body, string? secret) =>
        Webhooks.PostUntilAnsweredAsync(running.Console.Http, number.Route, body, secret);

    private static Task<long> JournalledAsync(CrashWorld world) =>
        world.ScalarAsync<long>("SELECT count(*) FROM journal WHERE tenant_id = $1");
}
