using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Inbox.Notes;

public sealed class NoteActionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Note_moves_nothing_and_nothing_that_sends_or_counts_takes_it()
    {
        var world = await TeamWorld.CreateAsync();
        var ana = await world.AgentAsync("Ana");
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        var before = await HeadAsync(world);

        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "cliente ouro", [], Ct);

        (await HeadAsync(world)).ShouldBe(before);
        await world.Number.CountersShouldBeTrueAsync();
        (
            await world.Number.ScalarAsync<long>(
                "SELECT count(*) FROM messages WHERE tenant_id = $1 AND kind = 'Note' AND text = '' AND delivery IS NULL AND lane IS NULL AND provider_id IS NULL"
            )
        ).ShouldBe(1);
        (await world.Number.ScalarAsync<bool>("SELECT first_reply_at IS NULL FROM episodes WHERE tenant_id = $1")).ShouldBeTrue();
        (
            await world.Number.ScalarAsync<bool>(
                "SELECT bool_or(due_at <= now()) FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'"
            )
        ).ShouldBeFalse();
        var row = await NoteAsync(world, ana, id);
        (row.IsLive, row.AuthorName, row.SentAt > DateTimeOffset.UtcNow.AddMinutes(-1)).ShouldBe((false, "Ana", true));
    }

    [Fact]
    public async Task Same_click_five_times_at_once_is_one_note_and_one_notice()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia Souza"));
        await world.WriteAsync(1);
        var (id, key) = (await world.ConversationAsync(1), Guid.NewGuid());

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.Notes(ana).WriteAsync(id, key, "@Bia Souza olhe", [], Ct)));

        (await CountAsync(world, "messages", "kind = 'Note'")).ShouldBe(1);
        (await CountAsync(world, "notices", "true")).ShouldBe(1);
        (await world.Told(bia).UnreadAsync(Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_mentioned_is_told_and_nobody_else()
    {
        var world = await TeamWorld.CreateAsync();
        var other = await TeamWorld.CreateAsync(world.Number);
        var (ana, bia, caio) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        var blind = await world.AgentAsync("Davi", numbers: [other.Number.Instance]);
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        using var heard = world.Number.Hub.Subscribe(world.Tenant, e => e is Infrastructure.Live.NoticesChanged);

        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "@Bia @Bia @Davi @Ana vejam", [blind, caio], Ct);

        var told = (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem();
        (told.Kind, told.ConversationId, told.ByName, told.Text, told.IsRead).ShouldBe(
            (NoticeKind.Mentioned, id, "Ana", "@Bia @Bia @Davi @Ana vejam", false)
        );
        foreach (var user in new[] { ana, caio, blind })
        {
            (await world.Told(user).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
            (await world.Told(user).UnreadAsync(Ct)).ShouldBe(0);
        }

        told.MessageId.ShouldBe((await NoteAsync(world, ana, id)).Id);
        await foreach (var batch in heard.BatchesAsync(TimeSpan.Zero, Ct))
        {
            batch.ShouldBe([new Infrastructure.Live.NoticesChanged(world.Tenant, bia)]);
            break;
        }
    }

    [Fact]
    public async Task Edit_tells_who_is_new_and_takes_back_from_who_is_gone()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia, caio) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await world.AgentAsync("Caio"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "@Bia e @Ana", [], Ct);
        var note = (await NoteAsync(world, ana, id)).Id;

        await world.Notes(ana).EditAsync(note, "@Caio, por favor", [], Ct);
        await world.Notes(ana).EditAsync(note, "@Caio, por favor!", [], Ct);

        (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
        (await world.Told(caio).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem().Text.ShouldBe("@Caio, por favor!");
        var row = await NoteAsync(world, ana, id);
        row.EditedAt.ShouldNotBeNull();
        row.Mentioned.ShouldBe([new MentionedName(caio, "Caio")]);
    }

    [Fact]
    public async Task Deleted_note_leaves_its_place_and_none_of_its_words()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "@Bia segredo", [], Ct);
        var note = (await NoteAsync(world, ana, id)).Id;
        await world.Bell(bia).ReadAllAsync(Ct);

        await world.Notes(ana).DeleteAsync(note, Ct);

        (await NoteAsync(world, ana, id)).DeletedAt.ShouldNotBeNull();
        (await CountAsync(world, "messages", "body::text LIKE '%segredo%' OR text LIKE '%segredo%'")).ShouldBe(0);
        (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldBeEmpty();
        (await RefusedAsync(() => world.Notes(ana).EditAsync(note, "de novo", [], Ct))).ShouldBe("note.gone");
        (await RefusedAsync(() => world.Notes(ana).DeleteAsync(note, Ct))).ShouldBe("note.gone");
    }

    [Fact]
    public async Task Only_its_author_changes_a_note_and_nobody_a_message_as_if_it_were_one()
    {
        var (world, foreign) = (await TeamWorld.CreateAsync(), await TeamWorld.CreateAsync());
        var (ana, bia, stranger) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"), await foreign.AgentAsync("Zé"));
        await world.WriteAsync(1);
        var id = await world.ConversationAsync(1);
        await world.Notes(ana).WriteAsync(id, Guid.NewGuid(), "minha", [], Ct);
        var note = (await NoteAsync(world, ana, id)).Id;
        var message = (await world.Messages(ana).PageAsync(id, ct: Ct)).Rows[0].Id;

        foreach (var actions in new[] { world.Notes(bia), foreign.Notes(stranger), foreign.Notes(ana) })
        {
            (await RefusedAsync(() => actions.EditAsync(note, "x", [], Ct))).ShouldBe("note.gone");
            (await RefusedAsync(() => actions.DeleteAsync(note, Ct))).ShouldBe("note.gone");
        }

        (await RefusedAsync(() => world.Notes(ana).DeleteAsync(message, Ct))).ShouldBe("note.gone");
        (await RefusedAsync(() => foreign.Notes(stranger).WriteAsync(id, Guid.NewGuid(), "x", [], Ct))).ShouldBe("conversation.not-found");
        (await NoteAsync(world, ana, id)).Body.ShouldBeOfType<NoteBody>().Text.ShouldBe("minha");
    }

    [Fact]
    public async Task Thread_that_joins_anothers_takes_what_was_told_of_it_along()
    {
        var world = await TeamWorld.CreateAsync();
        var (ana, bia) = (await world.AgentAsync("Ana"), await world.AgentAsync("Bia"));
        await world.Number.DeliverAsync(Hook.Text("pelo telefone", Hook.NewId(), alt: null));
        var winner = await world.Number.ConversationAsync();
        await world.Number.DeliverAsync(Hook.Text("pelo id oculto", Hook.NewId(), "222333444555666@lid", null));
        var loser = new ConversationId(
            (Guid)(await world.Number.ScalarAsync<object>("SELECT id FROM conversations WHERE tenant_id = $1 AND id <> $2", winner.Value))!
        );
        await world.Notes(ana).WriteAsync(loser, Guid.NewGuid(), "@Bia veja", [], Ct);

        await world.Number.DeliverAsync(Hook.Text("os dois", Hook.NewId()));

        (await world.Told(bia).PageAsync(ct: Ct)).Rows.ShouldHaveSingleItem().ConversationId.ShouldBe(winner);
    }

    private static async Task<Infrastructure.Messaging.Conversations.MessageRow> NoteAsync(
        TeamWorld world,
        Core.Tenancy.UserId by,
        ConversationId id
    ) => (await world.Messages(by).PageAsync(id, ct: Ct)).Rows.Where(r => r.Kind == MessageKind.Note).ShouldHaveSingleItem();

    private static Task<string?> HeadAsync(TeamWorld world) =>
        world.Number.ScalarAsync<string>("SELECT to_jsonb(h)::text FROM conversation_heads h WHERE h.tenant_id = $1");

    private static Task<long> CountAsync(TeamWorld world, string table, string condition) =>
        world.Number.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id = $1 AND ({condition})");

    private static async Task<string> RefusedAsync(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;
}
