using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Retention;

/// <summary>Rows of files, and the files themselves, which all companies share.</summary>
public sealed class MediaRetentionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("whatsai-retention-").FullName;
    private readonly DiskMediaStore _store;

    public MediaRetentionTests() => _store = new DiskMediaStore(Options.Create(new MediaOptions { Directory = _directory }));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_that_was_never_sent_goes_and_one_that_was_sent_stays()
    {
        var world = await MessagingWorld.CreateAsync();
        await FileAsync(world, "forgotten", 8);
        await FileAsync(world, "young", 6);
        await MessageAsync(world, await FileAsync(world, "sent", 8));
        await world.RunAsync(
            """
            INSERT INTO message_templates (id, tenant_id, name, folded_name, variants, media_id, file, created_at, changed_at)
            VALUES (gen_random_uuid(), $1, 'x', 'x', '{}', $2, '{}', now(), now())
            """,
            await FileAsync(world, "template", 8)
        );
        await world.RunAsync(
            """
            INSERT INTO campaigns (id, tenant_id, name, folded_name, author_id, values, hours, canary, reply_days, state, state_since, media_id, created_at)
            VALUES (gen_random_uuid(), $1, 'x', 'x', gen_random_uuid(), '{}', '[]', '{}', 3, 'Running', now(), $2, now())
            """,
            await FileAsync(world, "campaign", 8)
        );

        var removed = await world.RunAsync(new MediaRetention(), new RetentionOptions { StepRows = 1 });

        removed.ShouldBe(new Dictionary<string, long> { ["media_rows"] = 1 });
        (await NamesAsync(world)).ShouldBe("campaign sent template young");
    }

    [Fact]
    public async Task Messages_let_go_of_files_after_their_days_and_say_so()
    {
        var world = await MessagingWorld.CreateAsync();
        var old = await MessageAsync(world, await FileAsync(world, "old", 91));
        var refused = await MessageAsync(world, await FileAsync(world, "refused", 91), "Failed", "failed.rejected");
        var queued = await MessageAsync(world, await FileAsync(world, "queued", 91), "Queued");
        await MessageAsync(world, await FileAsync(world, "young", 89));

        await world.RunAsync(new MediaRetention(), new RetentionOptions { MediaDays = 90, StepPause = TimeSpan.Zero });

        (await NamesAsync(world)).ShouldBe("queued young");
        (await StateAsync(world, old)).ShouldBe("Failed media.expired gone");
        (await StateAsync(world, refused)).ShouldBe("Failed failed.rejected gone");
        (await StateAsync(world, queued)).ShouldBe("Ready - there");
    }

    [Fact]
    public async Task File_goes_only_when_no_company_names_it()
    {
        var (world, other) = (await MessagingWorld.CreateAsync(), await MessagingWorld.CreateAsync());
        await FileAsync(world, "mine", 30);
        await FileAsync(other, "anothers", 30);
        var names = await Task.WhenAll(SaveAsync("mine", 30), SaveAsync("anothers", 30), SaveAsync("nobodys", 30), SaveAsync("fresh", 6));

        (await SweepFilesAsync(world, other)).ShouldBe(1);

        names.Select(Has).ShouldBe([true, true, false, true]);
    }

    [Fact]
    public async Task Bytes_stored_again_while_they_were_put_aside_stay()
    {
        var world = await MessagingWorld.CreateAsync();
        var name = await SaveAsync("again", 30);
        _store.PutAside(name);
        Has(name).ShouldBeFalse();

        // Between the question and the move somebody had stored them: they are young.
        File.SetLastWriteTimeUtc(Path.Combine(_directory, "removed", name), DateTime.UtcNow);
        (await SweepFilesAsync(world)).ShouldBe(0);

        Has(name).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_killed_round_put_aside_is_decided_by_the_next()
    {
        var world = await MessagingWorld.CreateAsync();
        await FileAsync(world, "named meanwhile", 30);
        var (named, orphan) = (await SaveAsync("named meanwhile", 30), await SaveAsync("orphan", 30));
        _store.PutAside(named);
        _store.PutAside(orphan);

        (await SweepFilesAsync(world)).ShouldBe(1);

        (Has(named), Has(orphan)).ShouldBe((true, false));
        _store.Aside().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_being_written_when_a_copy_died_goes()
    {
        var world = await MessagingWorld.CreateAsync();
        var incoming = Directory.CreateDirectory(Path.Combine(_directory, "incoming")).FullName;
        await File.WriteAllTextAsync(Path.Combine(incoming, "old"), "half", Ct);
        await File.WriteAllTextAsync(Path.Combine(incoming, "now"), "half", Ct);
        File.SetLastWriteTimeUtc(Path.Combine(incoming, "old"), DateTime.UtcNow.AddDays(-8));

        await SweepFilesAsync(world);

        Directory.GetFiles(incoming).Select(Path.GetFileName).ShouldBe(["now"]);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>A day of rounds, each of which looks at its part.</summary>
    private async Task<long> SweepFilesAsync(MessagingWorld world, params MessagingWorld[] others)
    {
        var removed = 0L;
        for (var hour = 0; hour < 24; hour++)
        {
            var time = new At(DateTimeOffset.UtcNow.Date.AddHours(hour));
            var run = await world.RunAsync(
                new MediaFileRetention(_store),
                new RetentionOptions { StepPause = TimeSpan.Zero },
                time,
                [.. others.Select(o => o.Tenant)]
            );
            removed += run.GetValueOrDefault("media_files");
        }

        return removed;
    }

    private bool Has(string hash)
    {
        using var content = _store.OpenRead(hash);
        return content is not null;
    }

    private async Task<string> SaveAsync(string content, int daysAgo)
    {
        var stored = await _store.SaveAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), 1_000, Ct);
        File.SetLastWriteTimeUtc(
            Path.Combine(_directory, stored.Hash[..2], stored.Hash[2..4], stored.Hash),
            DateTime.UtcNow.AddDays(-daysAgo)
        );
        return stored.Hash;
    }

    private static async Task<Guid> FileAsync(MessagingWorld world, string content, int daysAgo)
    {
        var id = Guid.CreateVersion7(DateTimeOffset.UtcNow.AddDays(-daysAgo));
        await world.RunAsync(
            """
            INSERT INTO media_files (id, tenant_id, hash, size, content_type, file_name, stored_at)
            VALUES ($2, $1, $3, 1, 'text/plain', $4, now() - make_interval(days => $5))
            """,
            id,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))),
            content,
            daysAgo
        );
        return id;
    }

    private static async Task<Guid> MessageAsync(MessagingWorld world, Guid file, string delivery = "Sent", string reason = "")
    {
        if ((await world.ConversationAsync()).Value == Guid.Empty)
        {
            await world.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        }

        var id = Guid.CreateVersion7();
        await world.RunAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, delivery, reason,
                lane, media_id, media_state, media_attempts, attempts, settle_count)
            VALUES ($2, $1, $3, $4, 'Out', 'Agent', 'Document', '', '{"kind":"document"}', now(), now(), $5, nullif($6, ''), 0, $7, 'Ready', 0, 0, 0)
            """,
            id,
            (await world.ConversationAsync()).Value,
            world.Instance.Value,
            delivery,
            reason,
            file
        );
        return id;
    }

    private static Task<string?> NamesAsync(MessagingWorld world) =>
        world.ScalarAsync<string>("SELECT string_agg(file_name, ' ' ORDER BY file_name) FROM media_files WHERE tenant_id = $1");

    private static Task<string?> StateAsync(MessagingWorld world, Guid message) =>
        world.ScalarAsync<string>(
            """
            SELECT concat_ws(' ', media_state, coalesce(reason, '-'), CASE WHEN media_id IS NULL THEN 'gone' ELSE 'there' END)
            FROM messages WHERE tenant_id = $1 AND id = $2
            """,
            message
        );

    private sealed class At(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(now, TimeSpan.Zero);
    }
}
