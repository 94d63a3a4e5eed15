using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Media;

/// <summary>Fetching from the sandbox process through the production client, into a real database and a real directory.</summary>
public sealed class MediaFetcherTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Photo_of_a_customer_is_stored_as_what_it_is_and_shown()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.ReceiveAsync(new SandboxWrite { Kind = "image" }, fileName: "../praia.jpg");

        await FetchAsync(number);

        var message = await number.MessageAsync(id);
        message.MediaState.ShouldBe(MediaState.Ready);
        var file = await number.FileAsync(message.MediaId!.Value);
        (file.ContentType, file.FileName).ShouldBe(("image/jpeg", "praia.jpg"));
        await using var stored = number.Get<IMediaStore>().OpenRead(file.Hash)!;
        stored.Length.ShouldBe(file.Size);
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stored, Ct)).ShouldBe(file.Hash);
        number.Events.ShouldContain(new MessageChanged(number.Tenant.Id, number.Conversation, id));
        (await number.DueInAsync(WorkKind.Media)).ShouldBeNull();
    }

    [Fact]
    public async Task Page_named_as_a_picture_is_no_picture()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var html = Convert.ToBase64String("<html><script>alert(1)</script></html>"u8);
        var id = await number.ReceiveAsync(
            new SandboxWrite
            {
                Kind = "image",
                Base64 = html,
                MimeType = "image/jpeg",
                FileName = "foto.jpg",
            }
        );

        await FetchAsync(number);

        (await number.FileAsync((await number.MessageAsync(id)).MediaId!.Value)).ContentType.ShouldBe("application/octet-stream");
    }

    [Fact]
    public async Task More_files_than_a_batch_are_all_fetched()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        for (var i = 0; i < 27; i++)
        {
            await number.ReceiveAsync(new SandboxWrite { Kind = "image" });
        }

        await FetchAsync(number);

        (await number.InDbAsync(db => db.Messages.CountAsync(m => m.MediaState == MediaState.Ready, Ct))).ShouldBe(27);
        Directory.GetFiles(Path.Combine(number.MediaDirectory, "incoming")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5_000_000L)]
    public async Task File_over_the_limit_fails_at_once_with_its_reason(long? declared)
    {
        await using var number = await OpenNumber.StartAsync(sandbox, ("Media:MaxBytes", "1000"));
        var id = await number.ReceiveAsync(
            new SandboxWrite
            {
                Kind = "document",
                Base64 = Convert.ToBase64String(new byte[2000]),
                MimeType = "application/pdf",
            },
            declared
        );

        await FetchAsync(number);

        var message = await number.MessageAsync(id);
        (message.MediaState, message.Reason, message.MediaId).ShouldBe((MediaState.Failed, "media.too-large", null));
        number.Events.ShouldContain(new MessageChanged(number.Tenant.Id, number.Conversation, id));
        Directory.GetFiles(number.MediaDirectory, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Gateway_that_cannot_be_asked_costs_no_attempt()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.ReceiveAsync(new SandboxWrite { Kind = "image" });
        await sandbox.Control.BehaveAsync(number.Name, new { rateLimited = true, retryAfterSeconds = 30 });

        await FetchAsync(number);

        var message = await number.MessageAsync(id);
        (message.MediaState, message.MediaAttempts).ShouldBe((MediaState.Pending, (short)0));
        (await number.DueInAsync(WorkKind.Media))!.Value.TotalSeconds.ShouldBeInRange(20, 31);
    }

    [Fact]
    public async Task Gateway_nobody_answers_at_is_waited_for()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        using var gateway = new EvolutionGateway(
            GuardedHandler.Create((_, _) => throw new SocketException((int)SocketError.ConnectionRefused))
        );
        var fetch = new MediaFetch(gateway, number.Get<GatewayConnections>(), number.Get<MediaIntake>());

        (await fetch.RunAsync(number.Tenant.Id, number.Instance, OpenNumber.Reference("A1"), Ct))
            .ShouldBeOfType<FetchOutcome.Later>()
            .Why.ShouldBe(GatewayFailure.Unreachable);
    }

    [Fact]
    public async Task File_the_gateway_does_not_give_is_tried_again_later()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.StoreAsync("NOT-THERE", new ImageBody(OpenNumber.Reference("NOT-THERE")));

        await FetchAsync(number);

        var message = await number.MessageAsync(id);
        (message.MediaState, message.MediaAttempts).ShouldBe((MediaState.Pending, (short)1));
        (await number.DueInAsync(WorkKind.Media))!.Value.TotalSeconds.ShouldBeInRange(5, 11);
    }

    [Fact]
    public async Task Fifth_failure_is_shown_and_a_person_may_ask_again()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.StoreAsync("NOT-THERE", new ImageBody(OpenNumber.Reference("NOT-THERE")), attempts: 4);

        await FetchAsync(number);

        var failed = await number.MessageAsync(id);
        (failed.MediaState, failed.Reason).ShouldBe((MediaState.Failed, "media.unavailable"));
        (await number.DueInAsync(WorkKind.Media)).ShouldBeNull();

        await using (var scope = number.Services.Enter(number.Tenant))
        {
            await scope.ServiceProvider.GetRequiredService<MediaActions>().RetryAsync(id, Ct);
        }

        var again = await number.MessageAsync(id);
        (again.MediaState, again.MediaAttempts, again.Reason).ShouldBe((MediaState.Pending, (short)0, null));
        (await number.DueInAsync(WorkKind.Media))!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.Zero);
    }

    [Fact]
    public async Task Files_of_a_removed_number_fail_with_that_reason()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.ReceiveAsync(new SandboxWrite { Kind = "image" });
        await number.InDbAsync(async db =>
        {
            (await db.Instances.SingleAsync(Ct)).Delete(DateTimeOffset.UtcNow);
            return await db.SaveChangesAsync(Ct);
        });
        number.Get<GatewayConnections>().Forget(number.Instance);

        await FetchAsync(number);

        (await number.MessageAsync(id)).Reason.ShouldBe("media.number-removed");
        await using var scope = number.Services.Enter(number.Tenant);
        var actions = scope.ServiceProvider.GetRequiredService<MediaActions>();
        (await Should.ThrowAsync<RuleException>(() => actions.RetryAsync(id, Ct))).Key.ShouldBe("media.number-removed");
    }

    [Fact]
    public async Task File_that_came_twice_is_one_file()
    {
        await using var number = await OpenNumber.StartAsync(sandbox);
        var id = await number.ReceiveAsync(new SandboxWrite { Kind = "image" });
        await FetchAsync(number);
        var stored = new FetchOutcome.Stored(new StoredMedia(new string('a', 64), 1), new("image/png", null), null);

        await using var transaction = await number.Get<NpgsqlDataSource>().BeginAsync(number.Tenant.Id, Ct);
        (await MediaSql.ReadyAsync(transaction.Connection, number.Tenant.Id, id, stored, DateTimeOffset.UtcNow, Ct)).ShouldBeFalse();
        await transaction.CommitAsync(Ct);

        (await number.InDbAsync(db => db.MediaFiles.CountAsync(Ct))).ShouldBe(1);
    }

    private static async Task FetchAsync(OpenNumber number)
    {
        var fetcher = new MediaFetcher(
            number.Get<NpgsqlDataSource>(),
            number.Get<MediaFetch>(),
            number.Get<EventHub>(),
            number.Get<WorkTools>(),
            NullLogger<MediaFetcher>.Instance
        );
        await using var held = await number.ClaimAsync(WorkKind.Media);
        await fetcher.FetchDueAsync(held);
    }
}
