using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Inbox.Later;

/// <summary>A message that waits for its time goes out once, or says why it does not.</summary>
public sealed class ScheduledMessageTests : IAsyncLifetime
{
    private LaterWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await LaterWorld.CreateAsync();

    [Fact]
    public async Task Message_enters_the_ledger_at_its_time_and_not_before()
    {
        await _world.ScheduleAsync("bom dia!");
        await _world.RunAsync();
        (await _world.SentAsync()).ShouldBeEmpty();

        await _world.PassAsync();

        var sent = (await _world.SentAsync()).ShouldHaveSingleItem();
        (sent.Text, sent.AuthorId, sent.Delivery).ShouldBe(("bom dia!", _world.Owner, DeliveryState.Queued));
        (await _world.WaitingAsync()).ShouldBeEmpty();
        var head = await _world.HeadAsync();
        (head.LastPreview, head.Unread).ShouldBe(("bom dia!", 1), "nobody has read the customer's question by it");
        head.WaitingSince.ShouldNotBeNull("nor answered it");
    }

    [Fact]
    public async Task File_waits_with_its_words_is_kept_for_them_and_goes_out_at_its_time()
    {
        var file = await UploadAsync(Samples.Png(), "tabela.png");
        var words = LaterWorld.Words("nossos preços", DateTimeOffset.UtcNow.AddHours(1));
        await _world.Scheduled.CreateAsync(_world.Conversation, new ScheduledMessageId(Guid.NewGuid()), words, file, Ct);
        await _world.Number.RunAsync("UPDATE media_files SET stored_at = now() - interval '90 days' WHERE tenant_id = $1");

        await using (var scope = await _world.Number.Database.BeginAsync(_world.Tenant, Ct))
        {
            await using var sweep = scope.Connection.Sql(MediaRetention.RemoveSql, _world.Tenant.Value, Guid.Empty, 100, 2);
            await sweep.ExecuteNonQueryAsync(Ct);
            await scope.CommitAsync(Ct);
        }

        (await _world.WaitingAsync()).ShouldHaveSingleItem().File.ShouldBe(file);
        await _world.PassAsync();

        var sent = (await _world.SentAsync()).ShouldHaveSingleItem();
        (sent.Kind, sent.Text, sent.MediaId, sent.MediaState).ShouldBe((MessageKind.Image, "nossos preços", file.Id, MediaState.Ready));
        MessageBodyJson.Read(sent.Body).ShouldBeOfType<ImageBody>().Caption.ShouldBe("nossos preços");
    }

    [Fact]
    public async Task File_needs_no_words_a_sound_takes_none_and_the_line_of_what_was_cancelled_names_it()
    {
        var (picture, sound) = (
            await UploadAsync(Samples.Png(), "tabela.png"),
            await UploadAsync(Samples.Text("ID3\u0004\0\0\0\0\0\0"), "a.mp3")
        );
        var (none, some) = (
            LaterWorld.Words(" ", DateTimeOffset.UtcNow.AddHours(1)),
            LaterWorld.Words("ouça", DateTimeOffset.UtcNow.AddHours(1))
        );

        await _world.Scheduled.CreateAsync(_world.Conversation, new ScheduledMessageId(Guid.NewGuid()), none, picture, Ct);
        (
            await Should.ThrowAsync<RuleException>(() =>
                _world.Scheduled.CreateAsync(_world.Conversation, new ScheduledMessageId(Guid.NewGuid()), some, sound, Ct)
            )
        ).Key.ShouldBe("scheduled.sound-without-words");
        await _world.CustomerWritesAsync("não preciso mais");

        (await _world.WaitingAsync()).ShouldBeEmpty();
        (await _world.LinesAsync()).ShouldHaveSingleItem().Values.ShouldContain("tabela.png");
    }

    [Fact]
    public async Task Two_copies_and_many_looks_send_each_once()
    {
        for (var i = 0; i < 12; i++)
        {
            await _world.ScheduleAsync($"mensagem {i}");
        }

        await _world.DueAsync();
        await _world.RunAsync(copies: 4);

        (await _world.SentAsync()).Select(m => m.Text).Order().ShouldBe(Enumerable.Range(0, 12).Select(i => $"mensagem {i}").Order());
        (await _world.WaitingAsync()).ShouldBeEmpty();
        await _world.Number.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Answer_of_the_customer_cancels_what_waits_for_none_and_leaves_the_rest()
    {
        await _world.ScheduleAsync("ainda precisa?");
        await _world.ScheduleAsync("a loja abre às nove", cancels: false);

        await _world.CustomerWritesAsync("não preciso mais");

        (await _world.WaitingAsync()).ShouldHaveSingleItem().Text.ShouldBe("a loja abre às nove");
        var line = (await _world.LinesAsync()).ShouldHaveSingleItem();
        (line.Key, line.Values[1]).ShouldBe(("line.scheduled-dropped.answered", "ainda precisa?"));
        await _world.PassAsync();
        (await _world.SentAsync()).ShouldHaveSingleItem().Text.ShouldBe("a loja abre às nove");
    }

    [Fact]
    public async Task Message_written_before_and_found_late_is_no_answer()
    {
        await _world.ScheduleAsync("ainda precisa?");

        await _world.CustomerWritesAsync("de ontem", DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeSeconds());

        (await _world.WaitingAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Console_that_was_down_for_an_hour_sends_and_one_that_was_down_all_night_asks()
    {
        await _world.ScheduleAsync("um pouco tarde");
        await _world.PassAsync(TimeSpan.FromHours(1));
        (await _world.SentAsync()).Count.ShouldBe(1);

        await _world.ScheduleAsync("bom dia!");
        await _world.PassAsync(TimeSpan.FromHours(7));

        (await _world.SentAsync()).Count.ShouldBe(1);
        var held = (await _world.WaitingAsync()).ShouldHaveSingleItem();
        (held.State, held.Reason).ShouldBe((ScheduledState.Held, "late"));
        (await _world.LinesAsync())[^1].Key.ShouldBe("line.scheduled-held.late");

        await _world.Scheduled.ChangeAsync(held.Id, LaterWorld.Words("boa tarde!", DateTimeOffset.UtcNow.AddHours(2)), held.Version, Ct);
        await _world.PassAsync();
        (await _world.SentAsync())[^1].Text.ShouldBe("boa tarde!");
    }

    [Fact]
    public async Task Who_asked_for_no_more_messages_gets_none_though_one_waits()
    {
        await _world.ScheduleAsync("promoção!", cancels: false);
        await _world.CustomerWritesAsync("SAIR");
        var before = (await _world.SentAsync()).Count;

        await _world.PassAsync();

        (await _world.SentAsync()).Count.ShouldBe(before);
        (await _world.WaitingAsync()).ShouldBeEmpty();
        (await _world.LinesAsync())[^1].Key.ShouldBe("line.scheduled-dropped.opted-out");
    }

    [Fact]
    public async Task Message_of_somebody_who_may_no_longer_answer_asks_and_can_be_sent_by_another()
    {
        await _world.ScheduleAsync("até amanhã");
        await _world.Number.RunAsync("UPDATE scheduled_messages SET author_id = $2 WHERE tenant_id = $1", Guid.NewGuid());

        await _world.PassAsync();

        var held = (await _world.WaitingAsync()).ShouldHaveSingleItem();
        held.Reason.ShouldBe("author-gone");
        await _world.Scheduled.SendNowAsync(held.Id, held.Version, Ct);
        var sent = (await _world.SentAsync()).ShouldHaveSingleItem();
        (sent.AuthorId, sent.Origin).ShouldBe((_world.Owner, MessageOrigin.Agent));
        (await _world.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Number_that_was_removed_sends_nothing_and_says_so()
    {
        await _world.ScheduleAsync("oi");
        await _world.Number.RunAsync(
            "WITH gone AS (DELETE FROM work_list WHERE tenant_id = $1 AND kind <> 'Inbound') UPDATE instances SET deleted_at = now() WHERE tenant_id = $1"
        );

        (await _world.WaitingAsync()).ShouldHaveSingleItem().Reason.ShouldBe("number-deleted");
        await _world.PassAsync();
        (await _world.SentAsync()).ShouldBeEmpty();
        var row = (await _world.WaitingAsync())[0];
        (await Should.ThrowAsync<RuleException>(() => _world.Scheduled.SendNowAsync(row.Id, row.Version, Ct))).Key.ShouldBe(
            "conversation.number-deleted"
        );
        (await Should.ThrowAsync<RuleException>(() => _world.ScheduleAsync("de novo"))).Key.ShouldBe("conversation.number-deleted");
        await _world.Scheduled.CancelAsync(row.Id, row.Version, Ct);
        (await _world.WaitingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_of_what_was_changed_meanwhile_is_a_conflict_and_what_was_sent_is_gone()
    {
        await _world.ScheduleAsync("rascunho");
        var seen = (await _world.WaitingAsync())[0];
        var words = LaterWorld.Words("versão da Ana", DateTimeOffset.UtcNow.AddHours(3));
        await _world.Scheduled.ChangeAsync(seen.Id, words, seen.Version, Ct);

        async Task<string> RuleOfAsync(Func<Task> act) => (await Should.ThrowAsync<RuleException>(act)).Key;
        (await RuleOfAsync(() => _world.Scheduled.ChangeAsync(seen.Id, words with { Text = "versão da Bia" }, seen.Version, Ct))).ShouldBe(
            "scheduled.changed-meanwhile"
        );
        (await RuleOfAsync(() => _world.Scheduled.CancelAsync(seen.Id, seen.Version, Ct))).ShouldBe("scheduled.changed-meanwhile");
        (await RuleOfAsync(() => _world.Scheduled.SendNowAsync(seen.Id, seen.Version, Ct))).ShouldBe("scheduled.changed-meanwhile");

        await _world.PassAsync();
        (await _world.SentAsync()).ShouldHaveSingleItem().Text.ShouldBe("versão da Ana");
        (await RuleOfAsync(() => _world.Scheduled.CancelAsync(seen.Id, seen.Version, Ct))).ShouldBe("scheduled.gone");
    }

    [Fact]
    public async Task Message_that_was_changed_while_it_was_being_sent_goes_out_as_it_is_now_or_not_at_all()
    {
        var id = await _world.ScheduleAsync("como era");
        var seen = (await _world.WaitingAsync())[0];
        Waiting stale;
        await using (var read = await _world.Number.Database.BeginAsync(_world.Tenant, Ct))
        {
            stale = (await ScheduledSql.FindAsync(read.Connection, _world.Tenant, id, Ct)).ShouldNotBeNull();
        }

        await _world.Scheduled.ChangeAsync(id, LaterWorld.Words("como é", DateTimeOffset.UtcNow.AddHours(3)), seen.Version, Ct);

        (
            await _world.Get<ScheduledSender>().SendNowAsync(_world.Tenant, stale, _world.Owner, "Ana", DateTimeOffset.UtcNow, Ct)
        ).ShouldBeFalse();
        (await _world.SentAsync()).ShouldBeEmpty();
        (await _world.WaitingAsync()).ShouldHaveSingleItem().Text.ShouldBe("como é");
    }

    [Fact]
    public async Task The_same_click_twice_is_one_message_and_twenty_are_enough()
    {
        var (key, words) = (new ScheduledMessageId(Guid.NewGuid()), LaterWorld.Words("uma vez", DateTimeOffset.UtcNow.AddHours(1)));
        await _world.Scheduled.CreateAsync(_world.Conversation, key, words, Ct);
        await _world.Scheduled.CreateAsync(_world.Conversation, key, words, Ct);
        (await _world.WaitingAsync()).Count.ShouldBe(1);

        for (var i = 1; i < ScheduledMessage.MostInConversation; i++)
        {
            await _world.ScheduleAsync($"mais {i}");
        }

        (await Should.ThrowAsync<RuleException>(() => _world.ScheduleAsync("demais"))).Key.ShouldBe("scheduled.too-many");
    }

    [Fact]
    public async Task Cancelled_message_leaves_a_line_and_does_not_go_out()
    {
        await _world.ScheduleAsync("melhor não");
        var row = (await _world.WaitingAsync())[0];

        await _world.Scheduled.CancelAsync(row.Id, row.Version, Ct);
        await _world.PassAsync();

        (await _world.SentAsync()).ShouldBeEmpty();
        var line = (await _world.LinesAsync()).ShouldHaveSingleItem();
        line.Key.ShouldBe("line.scheduled-cancelled");
        line.Values.Skip(1).ShouldBe(["melhor não", "Ana Ribeiro"]);
        LineTime.Read(line.Values[0]).ShouldBe(row.DueAt);
    }

    [Fact]
    public async Task Member_who_does_not_see_the_number_sees_and_does_nothing()
    {
        var id = await _world.ScheduleAsync("segredo");
        var version = (await _world.WaitingAsync())[0].Version;
        await using var blind = _world.As(_world.Owner, new MemberAccess(Role.Agent, []));
        var (actions, queries) = (
            blind.ServiceProvider.GetRequiredService<ScheduledMessageActions>(),
            blind.ServiceProvider.GetRequiredService<ScheduledMessageQueries>()
        );

        (await queries.OfAsync(_world.Conversation, Ct)).ShouldBeEmpty();
        (await Should.ThrowAsync<RuleException>(() => actions.CancelAsync(id, version, Ct))).Key.ShouldBe("scheduled.gone");
        (await Should.ThrowAsync<RuleException>(() => actions.SendNowAsync(id, version, Ct))).Key.ShouldBe("scheduled.gone");
        var words = LaterWorld.Words("x", DateTimeOffset.UtcNow.AddHours(1));
        (
            await Should.ThrowAsync<RuleException>(() =>
                actions.CreateAsync(_world.Conversation, new ScheduledMessageId(Guid.NewGuid()), words, Ct)
            )
        ).Key.ShouldBe("conversation.not-found");
        (await _world.WaitingAsync()).Count.ShouldBe(1);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private Task<Upload> UploadAsync(byte[] content, string name) =>
        _world.Get<MediaActions>().UploadAsync(new MemoryStream(content), name, Ct);
}
