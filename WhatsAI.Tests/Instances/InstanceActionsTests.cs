using System.Text;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances;

/// <summary>The verbs of a number through the production client against the sandbox, whose webhooks are applied as the inbound worker does.</summary>
public sealed class InstanceActionsTests(SandboxProcess sandbox) : IClassFixture<SandboxProcess>, IAsyncLifetime
{
    private readonly WebhookReceiver _receiver = new();
    private readonly Dictionary<InstanceId, int> _applied = [];
    private NumberHarness _numbers = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _receiver.InitializeAsync();
        _numbers = await NumberHarness.StartAsync(sandbox.Address, webhooks: new Uri(new Uri(_receiver.Url("x")), "/"));
    }

    public async ValueTask DisposeAsync()
    {
        await _numbers.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Number_is_committed_with_its_work_and_its_webhook_before_a_gateway_hears_of_it()
    {
        var id = await _numbers.CreateAsync();

        sandbox.ReadLog().ShouldNotContain(l => l.Instance == Name(id));
        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM work_list WHERE instance_id = $1", id.Value)).ShouldBe(
            Enum.GetValues<WorkKind>().Length
        );
        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM webhook_routes WHERE instance_id = $1", id.Value)).ShouldBe(1);
        (await _numbers.RowAsync(id)).Facts.Link.State.ShouldBe(InstanceState.Unknown);
    }

    [Fact]
    public async Task Linking_by_qr_creates_shows_a_code_and_turns_open()
    {
        var id = await _numbers.CreateAsync();

        await StartAsync(id);
        var waiting = await _numbers.FactsAsync(id);
        await sandbox.Control.ScanAsync(Name(id), "5511988880003");
        await PumpUntilAsync(id, InstanceState.Open);

        waiting.QrCode.ShouldStartWith("2@");
        waiting.QrCount.ShouldBe(1);
        var open = await _numbers.FactsAsync(id);
        (open.Phone?.Value, open.QrCode, open.QrCount).ShouldBe(("+5511988880003", null, 0));
        (await _numbers.LogAsync(id)).ShouldBe(["created", "connecting", "connected"]);
        var hook = _receiver.Of(Name(id))[0];
        WebhookRoutes
            .HashOf(hook.Headers[GatewayWebhook.SecretHeader])
            .ShouldBe((await _numbers.ScalarAsync<byte[]>("SELECT secret_hash FROM webhook_routes WHERE instance_id = $1", id.Value))!);
    }

    [Fact]
    public async Task Looking_shows_a_scan_even_where_webhooks_do_not_arrive()
    {
        var id = await _numbers.CreateAsync();
        await StartAsync(id);
        await sandbox.Control.ScanAsync(Name(id));

        await Wait.UntilAsync(
            async () =>
            {
                await _numbers.DoAsync<PairingActions>(p => p.KeepAsync(id, pairWith: null, Ct));
                return (await _numbers.FactsAsync(id)).State == InstanceState.Open;
            },
            "open without a webhook"
        );
    }

    [Fact]
    public async Task Pairing_code_comes_for_a_phone_number()
    {
        var id = await _numbers.CreateAsync();

        await StartAsync(id, PhoneNumber.Parse("+55 11 98888-0009"));

        (await _numbers.FactsAsync(id)).PairingCode!.Length.ShouldBe(8);
    }

    [Fact]
    public async Task Run_that_nobody_scanned_is_not_asked_for_again_until_somebody_says_so()
    {
        var id = await _numbers.CreateAsync();
        await StartAsync(id);
        await sandbox.Control.EndQrAsync(Name(id));
        await PumpUntilAsync(id, InstanceState.Disconnected);

        await _numbers.DoAsync<PairingActions>(p => p.KeepAsync(id, pairWith: null, Ct));
        var ended = await _numbers.FactsAsync(id);
        await StartAsync(id);

        (ended.GaveUp, ended.CloseCode).ShouldBe((true, 428));
        (await _numbers.FactsAsync(id)).QrCode.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(401, InstanceState.LoggedOut)]
    [InlineData(403, InstanceState.Banned)]
    public async Task Close_by_whatsapp_is_seen(int code, InstanceState state)
    {
        var id = await LinkedAsync();

        await sandbox.Control.CloseAsync(Name(id), code);
        await PumpUntilAsync(id, state);
        await Wait.UntilAsync(
            async () =>
            {
                await PumpAsync(id);
                return (await _numbers.LogAsync(id))[^1] == $"closed.{code}";
            },
            "the line with the code"
        );

        (await _numbers.FactsAsync(id)).CloseCode.ShouldBe(code);
        (await _numbers.LogAsync(id)).ShouldBe(["created", "connecting", "connected", $"closed.{code}"]);
    }

    [Fact]
    public async Task Restriction_names_its_end()
    {
        var id = await LinkedAsync();

        await sandbox.Control.CloseAsync(Name(id), 402, banCode: "104", expireSeconds: 3_600);
        await Wait.UntilAsync(
            async () =>
            {
                await PumpAsync(id);
                return (await _numbers.FactsAsync(id)).RestrictedUntil is not null;
            },
            "restricted until"
        );

        (await _numbers.FactsAsync(id)).RestrictedUntil!.Value.ShouldBe(DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Restart_reconnects_and_is_written_down_with_its_author()
    {
        var id = await LinkedAsync();

        await _numbers.DoAsync<InstanceActions>(a => a.RestartAsync(id, Ct));

        var log = await _numbers.DoAsync<InstanceQueries, IReadOnlyList<ConnectionLogRow>>(q => q.LogAsync(id, before: null, 5, Ct));
        log.ShouldContain(l => l.What == "restarted" && l.Actor == "Ana Ribeiro");
    }

    [Fact]
    public async Task Log_out_unlinks()
    {
        var id = await LinkedAsync();

        await _numbers.DoAsync<InstanceActions>(a => a.LogOutAsync(id, Ct));

        await PumpUntilAsync(id, InstanceState.LoggedOut);
    }

    [Fact]
    public async Task Settings_are_in_force_at_the_gateway_or_not_saved()
    {
        var id = await LinkedAsync();
        var settings = new InstanceSettings(RejectCalls: true, AlwaysOnline: true, RejectCallMessage: "Só por mensagem");

        await _numbers.DoAsync<InstanceActions>(a => a.ConfigureAsync(id, settings, Ct));
        await sandbox.Control.BehaveAsync(Name(id), new { reach = "drop" });
        var refused = await Should.ThrowAsync<RuleException>(() =>
            _numbers.DoAsync<InstanceActions>(a => a.ConfigureAsync(id, new InstanceSettings(), Ct))
        );

        refused.Key.ShouldStartWith("gateway.");
        (await ViewAsync(id))!.Settings.ShouldBe(settings);
    }

    [Fact]
    public async Task Delete_removes_it_there_and_keeps_its_webhook_for_late_events()
    {
        var id = await LinkedAsync();

        var failure = await _numbers.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct));

        failure.ShouldBeNull();
        (await ViewAsync(id)).ShouldBeNull();
        sandbox.ReadLog().ShouldContain(l => l.Method == "DELETE" && l.Path == $"/instance/delete/{Name(id)}");
        (
            await _numbers.ScalarAsync<bool>("SELECT deleted_at IS NOT NULL FROM webhook_routes WHERE instance_id = $1", id.Value)
        ).ShouldBeTrue();
        (
            await _numbers.ScalarAsync<long>("SELECT count(*) FROM work_list WHERE instance_id = $1 AND kind <> 'Inbound'", id.Value)
        ).ShouldBe(0);
    }

    [Theory]
    [InlineData(DeliveryState.Queued, DeliveryState.Failed, "failed.number-deleted")]
    [InlineData(DeliveryState.Sending, DeliveryState.Unconfirmed, null)]
    [InlineData(DeliveryState.Delivered, DeliveryState.Delivered, null)]
    public async Task Delete_ends_what_waited_visibly(DeliveryState before, DeliveryState after, string? reason)
    {
        var id = await _numbers.CreateAsync($"n {Guid.NewGuid():N}");
        var message = await AddMessageAsync(id, before);

        await _numbers.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct));

        (await _numbers.ScalarAsync<string>("SELECT delivery FROM messages WHERE id = $1", message.Value)).ShouldBe(after.ToString());
        (await _numbers.ScalarAsync<string>("SELECT reason FROM messages WHERE id = $1", message.Value)).ShouldBe(reason);
    }

    [Fact]
    public async Task Delete_works_without_the_gateway_and_says_so()
    {
        await using var alone = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));
        var id = await alone.CreateAsync();

        var failure = await alone.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct));

        failure.ShouldBe(GatewayFailure.Unreachable);
        (await alone.DoAsync<InstanceQueries, IReadOnlyList<NumberRow>>(q => q.WallAsync(Ct))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Number_whose_gateway_refuses_stays_with_a_sentence_and_a_retry()
    {
        await using var wrong = await NumberHarness.StartAsync(sandbox.Address, key: "wrong");
        var id = await wrong.CreateAsync();

        var refused = await Should.ThrowAsync<RuleException>(() =>
            wrong.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith: null, Ct))
        );

        refused.Key.ShouldBe("gateway.unauthorized");
        var row = (await wrong.DoAsync<InstanceQueries, IReadOnlyList<NumberRow>>(q => q.WallAsync(Ct))).ShouldHaveSingleItem();
        InstanceSentence.Of(row.Facts, DateTimeOffset.UtcNow).Key.ShouldBe("gateway.unauthorized");
    }

    [Fact]
    public async Task Webhook_is_told_again_with_the_secret_it_had()
    {
        var id = await LinkedAsync();
        var before = _receiver.Of(Name(id))[0].Headers[GatewayWebhook.SecretHeader];

        await _numbers.DoAsync<PairingActions>(p => p.ResyncWebhookAsync(id, Ct));
        await sandbox.Control.WriteAsync(Name(id), "oi");

        var hook = (await _receiver.WaitAsync(Name(id), "messages.upsert"))[0];
        hook.Headers[GatewayWebhook.SecretHeader].ShouldBe(before);
        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM webhook_routes WHERE instance_id = $1", id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task Zombie_is_settled_by_what_the_gateway_sees()
    {
        var id = await LinkedAsync();
        await sandbox.Control.CloseAsync(Name(id), 403);
        await PumpUntilAsync(id, InstanceState.Banned);
        await sandbox.Control.ZombieAsync(Name(id));
        await PumpAsync(id);

        await _numbers.DoAsync<PairingActions>(p => p.VerifyAsync(id, Ct));

        (await _numbers.FactsAsync(id)).State.ShouldBe(InstanceState.Banned);
    }

    [Fact]
    public async Task Name_is_unique_among_living_numbers()
    {
        var id = await _numbers.CreateAsync("Vendas");
        var other = await _numbers.CreateAsync("Suporte");

        (await Should.ThrowAsync<RuleException>(() => _numbers.CreateAsync("Vendas"))).Key.ShouldBe("number.name-taken");
        (
            await Should.ThrowAsync<RuleException>(() => _numbers.DoAsync<InstanceActions>(a => a.RenameAsync(other, "Vendas", Ct)))
        ).Key.ShouldBe("number.name-taken");
        await _numbers.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct));
        await _numbers.DoAsync<InstanceActions>(a => a.RenameAsync(other, "Vendas", Ct));
    }

    [Fact]
    public async Task Agent_may_look_and_change_nothing()
    {
        var id = await _numbers.CreateAsync();

        foreach (
            var act in new Func<Task>[]
            {
                () => _numbers.DoAsync<InstanceCreation, InstanceId>(c => c.CreateAsync("x", _numbers.Server, Ct), Role.Agent),
                () => _numbers.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith: null, Ct), Role.Agent),
                () => _numbers.DoAsync<InstanceActions>(a => a.LogOutAsync(id, Ct), Role.Agent),
                () => _numbers.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct), Role.Agent),
                () => _numbers.DoAsync<JournalQueries>(q => q.ListAsync(id, new JournalFilter(), 5, Ct), Role.Agent),
            }
        )
        {
            (await Should.ThrowAsync<RuleException>(act)).Key.ShouldBe("permission.missing");
        }

        (await _numbers.DoAsync<InstanceQueries, NumberView?>(q => q.ViewAsync(id, Ct), Role.Agent)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Another_companys_number_does_not_exist()
    {
        var id = await _numbers.CreateAsync();
        await using var other = await NumberHarness.StartAsync(sandbox.Address);

        (await other.DoAsync<InstanceQueries, NumberView?>(q => q.ViewAsync(id, Ct))).ShouldBeNull();
        (await other.DoAsync<InstanceQueries, PairingView?>(q => q.PairingAsync(id, Ct))).ShouldBeNull();
        (await Should.ThrowAsync<RuleException>(() => other.DoAsync<InstanceActions>(a => a.LogOutAsync(id, Ct)))).Key.ShouldBe(
            "gateway.unknown-instance"
        );
        (
            await Should.ThrowAsync<RuleException>(() => other.DoAsync<InstanceDeletion, GatewayFailure?>(d => d.DeleteAsync(id, Ct)))
        ).Key.ShouldBe("number.gone");
    }

    private Task<MessageId> AddMessageAsync(InstanceId id, DeliveryState delivery) =>
        _numbers.DoAsync<IDbContextFactory<ConsoleDb>, MessageId>(async dbs =>
        {
            await using var db = await dbs.CreateDbContextAsync(Ct);
            var now = DateTimeOffset.UtcNow;
            var conversation = new Conversation
            {
                Id = Id.New<ConversationId>(now),
                TenantId = _numbers.Tenant,
                InstanceId = id,
                Kind = ConversationKind.Group,
                GroupJid = "123@g.us",
                CreatedAt = now,
            };
            var message = new Message
            {
                Id = Id.New<MessageId>(now),
                TenantId = _numbers.Tenant,
                ConversationId = conversation.Id,
                InstanceId = id,
                Direction = MessageDirection.Out,
                Origin = MessageOrigin.Agent,
                Kind = MessageKind.Text,
                SentAt = now,
                CreatedAt = now,
                Delivery = delivery,
            };
            db.AddRange(conversation, message);
            await db.SaveChangesAsync(Ct);
            return message.Id;
        });

    private static string Name(InstanceId id) => id.Value.ToString();

    private Task StartAsync(InstanceId id, PhoneNumber? pairWith = null) =>
        _numbers.DoAsync<PairingActions>(p => p.StartAsync(id, pairWith, Ct));

    private Task<NumberView?> ViewAsync(InstanceId id) => _numbers.DoAsync<InstanceQueries, NumberView?>(q => q.ViewAsync(id, Ct));

    private async Task<InstanceId> LinkedAsync()
    {
        var id = await _numbers.CreateAsync($"n {Guid.NewGuid():N}");
        await StartAsync(id);
        await sandbox.Control.ScanAsync(Name(id));
        await PumpUntilAsync(id, InstanceState.Open);
        return id;
    }

    private Task PumpUntilAsync(InstanceId id, InstanceState state) =>
        Wait.UntilAsync(
            async () =>
            {
                await PumpAsync(id);
                return (await _numbers.FactsAsync(id)).State == state;
            },
            $"{state}"
        );

    private async Task PumpAsync(InstanceId id)
    {
        var all = _receiver.Of(Name(id));
        foreach (var hook in all.Skip(_applied.GetValueOrDefault(id)))
        {
            if (EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(hook.Body.GetRawText())) is Translation.Readable readable)
            {
                await _numbers.ApplyAsync(id, DateTimeOffset.UtcNow, [.. readable.Events]);
            }
        }

        _applied[id] = all.Count;
    }
}
