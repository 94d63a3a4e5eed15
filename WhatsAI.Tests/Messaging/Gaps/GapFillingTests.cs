using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Gaps;

public sealed class GapFillingTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>
{
    private const string Ana = "5511977770001";

    [Fact]
    public async Task What_was_missed_is_there_once_counted_marked_and_unread()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "pergunta",
                Count = 3,
            }
        );
        await WriteAsync(number, new SandboxWrite { From = "5511977770002", Text = "outra" });

        await number.AskAsync();
        await number.FillAsync();

        (await number.GapAsync()).ShouldBe("Filled 4");
        (await number.CountAsync("messages WHERE tenant_id = $1 AND recovered_at IS NOT NULL")).ShouldBe(4);
        (await number.CountAsync("conversation_heads WHERE tenant_id = $1 AND unread = 3 AND status = 'Open'")).ShouldBe(1);
        (await number.CountAsync("gap_conversations WHERE tenant_id = $1 AND recovered = 3")).ShouldBe(1);
        (await number.CountAsync("connection_log WHERE tenant_id = $1 AND what = 'gap-recovered' AND code = 4")).ShouldBe(1);
        (await number.Open.DueInAsync(WorkKind.Gap)).ShouldBeNull();
    }

    [Fact]
    public async Task A_webhook_that_comes_after_all_makes_no_second_message()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        var early = (await WriteAsync(number, new SandboxWrite { From = Ana, Text = "antes" }))[0];
        var late = (await WriteAsync(number, new SandboxWrite { From = Ana, Text = "depois" }))[0];
        await number.DeliverAsync(Hook.Text("antes", early));

        await number.AskAsync();
        await number.FillAsync();
        await number.DeliverAsync(Hook.Text("depois", late));

        (await number.CountAsync("messages WHERE tenant_id = $1")).ShouldBe(2);
        (await number.GapAsync()).ShouldBe("Filled 1");
        (await number.OneAsync<int>("SELECT found FROM gaps WHERE tenant_id = $1")).ShouldBe(2);
        (await number.CountAsync("journal WHERE tenant_id = $1 AND gap_id IS NOT NULL")).ShouldBe(
            1,
            "what is known is not journalled again"
        );
    }

    [Fact]
    public async Task More_than_a_page_is_read_to_its_end_and_a_second_asking_brings_nothing()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "m",
                Count = 120,
            }
        );

        await number.AskAsync();
        await number.FillAsync();
        await number.AskAsync();
        await number.FillAsync();

        (await number.CountAsync("messages WHERE tenant_id = $1")).ShouldBe(120);
        (await number.CountAsync("journal WHERE tenant_id = $1")).ShouldBe(120);
        (await number.GapsAsync()).Select(g => (g.State, g.Found)).ShouldBe([(GapState.Filled, 120), (GapState.Filled, 120)]);
        (await number.GapAsync()).ShouldBe("Filled 0");
    }

    [Fact]
    public async Task Messages_outside_of_the_span_are_not_asked_for()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "ontem",
                At = Ago(TimeSpan.FromHours(30)),
            }
        );
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "hoje",
                At = Ago(TimeSpan.FromMinutes(30)),
            }
        );

        await number.AskAsync(TimeSpan.FromHours(1));
        await number.FillAsync();

        (await number.OneAsync<string>("SELECT string_agg(text, ',') FROM messages WHERE tenant_id = $1")).ShouldBe("hoje");
    }

    [Fact]
    public async Task A_message_that_was_answered_on_the_phone_is_not_unread_whatever_comes_first()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "abrem hoje?",
                At = Ago(TimeSpan.FromMinutes(20)),
            }
        );
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "sim",
                FromMe = true,
                At = Ago(TimeSpan.FromMinutes(19)),
            }
        );
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = "5511977770002",
                Text = "e amanhã?",
                At = Ago(TimeSpan.FromMinutes(18)),
            }
        );

        await number.AskAsync();
        await number.FillAsync();

        (
            await number.OneAsync<string>(
                "SELECT string_agg(last_preview || ' ' || unread, ',' ORDER BY last_at) FROM conversation_heads WHERE tenant_id = $1"
            )
        ).ShouldBe("sim 0,e amanhã? 1");
    }

    [Fact]
    public async Task An_opt_out_among_what_was_missed_acts()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(number, new SandboxWrite { From = Ana, Text = "SAIR" });

        await number.AskAsync();
        await number.FillAsync();

        (await number.CountAsync("suppressions WHERE tenant_id = $1 AND reason = 'opt-out'")).ShouldBeGreaterThan(0);
        (await number.CountAsync("messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(1, "one confirmation and nothing else");
    }

    [Fact]
    public async Task What_was_missed_says_nothing_of_the_webhooks_health()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(number, new SandboxWrite { From = Ana, Text = "oi" });

        await number.AskAsync();
        await number.FillAsync();

        (
            await number.OneAsync<bool>(
                "SELECT last_event_at IS NULL AND last_inbound_at IS NOT NULL FROM instance_statuses WHERE tenant_id = $1"
            )
        ).ShouldBeTrue();
    }

    [Fact]
    public async Task A_gateway_that_stores_nothing_is_said_and_not_taken_for_nothing_missed()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await sandbox.Control.BehaveAsync(number.Open.Name, new { keepsMessages = false });
        await number.DeliverAsync(Hook.Text("esta chegou", Hook.NewId()));
        await WriteAsync(number, new SandboxWrite { From = Ana, Text = "esta não" });

        await number.AskAsync();
        await number.FillAsync();

        (await number.GapAsync()).ShouldBe("NothingKept 0");
        (await number.CountAsync("connection_log WHERE tenant_id = $1 AND what = 'gap-nothing-kept'")).ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_in_the_span_of_a_gateway_that_knows_the_newest_message_is_nothing_missed()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        var at = Ago(TimeSpan.FromHours(5));
        var id = (
            await WriteAsync(
                number,
                new SandboxWrite
                {
                    From = Ana,
                    Text = "cedo",
                    At = at,
                }
            )
        )[0];
        await number.DeliverAsync(Hook.Text("cedo", id, at: at));

        await number.AskAsync(TimeSpan.FromHours(1));
        await number.FillAsync();

        (await number.GapAsync()).ShouldBe("Filled 0");
    }

    [Fact]
    public async Task A_silent_gateway_is_asked_again_and_its_failure_shown_until_then()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(number, new SandboxWrite { From = Ana, Text = "oi" });
        await sandbox.Control.BehaveAsync(number.Open.Name, new { reach = "unavailable" });

        await number.AskAsync();
        await number.FillOnceAsync();

        var waiting = (await number.GapsAsync()).ShouldHaveSingleItem();
        (waiting.State, waiting.Attempts, waiting.Failure).ShouldBe((GapState.Filling, 1, "Unclear"));
        (await number.Open.DueInAsync(WorkKind.Gap)).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(3));

        await sandbox.Control.BehaveAsync(number.Open.Name, new { reach = "online" });
        await number.RunAsync("UPDATE gaps SET due_at = now() WHERE tenant_id = $1");
        await number.FillAsync();

        (await number.GapAsync()).ShouldBe("Filled 1");
        (await number.GapsAsync()).ShouldHaveSingleItem().Failure.ShouldBeNull();
    }

    [Fact]
    public async Task After_a_day_without_an_answer_it_is_given_up_visibly()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await sandbox.Control.BehaveAsync(number.Open.Name, new { reach = "unavailable" });
        await number.AskAsync();
        await number.RunAsync("UPDATE gaps SET created_at = created_at - interval '1 day' WHERE tenant_id = $1");

        await number.FillOnceAsync();

        (await number.GapsAsync()).ShouldHaveSingleItem().State.ShouldBe(GapState.Unanswered);
        (await number.CountAsync("connection_log WHERE tenant_id = $1 AND what = 'gap-unanswered'")).ShouldBe(1);
        (await number.Open.DueInAsync(WorkKind.Gap)).ShouldBeNull();
    }

    [Fact]
    public async Task It_is_filled_only_when_the_journal_has_worked_through_what_was_found()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await WriteAsync(number, new SandboxWrite { From = Ana, Text = "oi" });

        await number.AskAsync();
        await number.FillOnceAsync();

        (await number.GapAsync()).ShouldBe("Filling 0");
        (await number.Open.DueInAsync(WorkKind.Gap)).ShouldNotBeNull().ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Asking_twice_widens_the_one_that_waits()
    {
        await using var number = await GapNumber.StartAsync(sandbox);

        await number.AskAsync(TimeSpan.FromHours(1));
        await number.AskAsync(TimeSpan.FromDays(365));

        var gap = (await number.GapsAsync()).ShouldHaveSingleItem();
        (DateTimeOffset.UtcNow - gap.StartsAt).TotalDays.ShouldBe(7, 0.1);
    }

    [Fact]
    public async Task Card_and_conversation_say_what_was_recovered_and_only_there()
    {
        await using var number = await GapNumber.StartAsync(sandbox);
        await number.DeliverAsync(Hook.Text("esta chegou", Hook.NewId(), from: "5511977770009@s.whatsapp.net", alt: null));
        await WriteAsync(
            number,
            new SandboxWrite
            {
                From = Ana,
                Text = "esta não",
                Count = 2,
            }
        );
        await number.AskAsync();
        await number.FillAsync();

        await using var scope = number.Open.Services.Enter(number.Open.Tenant);
        var card = (await scope.ServiceProvider.GetRequiredService<InstanceQueries>().WallAsync())
            .ShouldHaveSingleItem()
            .Gap.ShouldNotBeNull();
        (card.State, card.Recovered).ShouldBe((GapState.Filled, 2));
        var conversations = scope.ServiceProvider.GetRequiredService<ConversationQueries>();
        var said = new List<(string Text, int Lines)>();
        foreach (var row in (await conversations.PageAsync(new InboxFilter())).Rows)
        {
            var view = (await conversations.FindAsync(row.Id)).ShouldNotBeNull();
            said.Add((row.LastPreview, view.Gaps.Sum(g => g.Recovered)));
        }

        said.ShouldBe([("esta não #2", 2), ("esta chegou", 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task Only_who_manages_numbers_may_ask()
    {
        await using var number = await GapNumber.StartAsync(sandbox);

        await Should.ThrowAsync<RuleException>(() => number.AskAsync(role: Role.Agent));

        (await number.GapsAsync()).ShouldBeEmpty();
    }

    private Task<IReadOnlyList<string>> WriteAsync(GapNumber number, SandboxWrite write) =>
        sandbox.Control.WriteAsync(number.Open.Name, write);

    private static long Ago(TimeSpan time) => (DateTimeOffset.UtcNow - time).ToUnixTimeSeconds();
}
