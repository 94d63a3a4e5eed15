using System.Text;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>The production client and translator against the sandbox: two readings of the same protocol that must agree.</summary>
public sealed class EvolutionSandboxTests(SandboxProcess sandbox, WebhookReceiver receiver)
    : IClassFixture<SandboxProcess>,
        IClassFixture<WebhookReceiver>,
        IDisposable
{
    private static readonly Jid Ana = Jid.Parse("5511977770001@s.whatsapp.net");
    private readonly EvolutionGateway _gateway = GatewayStub.Client();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Number_lives_from_create_to_delete()
    {
        var at = At("life");
        (await _gateway.ProbeAsync(at, Ct)).ShouldSatisfyAllConditions(p => p.KeyValid.ShouldBeTrue(), p => p.Known.ShouldBeTrue());
        (await _gateway.ProbeAsync(at with { ServerKey = "wrong" }, Ct)).KeyValid.ShouldBeFalse();

        var created = await CreateAsync(at);
        created.Token.ShouldBe("life-token");
        var again = await Should.ThrowAsync<GatewayException>(() => CreateAsync(at));
        again.Failure.ShouldBe(GatewayFailure.NameTaken);
        (await _gateway.ConnectAsync(at, null, Ct)).Offer.ShouldNotBeNull().Code.ShouldNotBeNullOrEmpty();
        (await _gateway.ConnectAsync(at, PhoneNumber.Parse("11988880003"), Ct)).Offer!.PairingCode.ShouldNotBeNull();
        await OpenAsync(at);
        (await _gateway.ConnectAsync(at, null, Ct)).ShouldBe(new ConnectAnswer(true, null));
        await _gateway.RestartAsync(at, Ct);
        await Wait.UntilAsync(async () => await _gateway.StateAsync(at, Ct) == LinkState.Open, "open again");
        await _gateway.ApplySettingsAsync(at, new GatewaySettings(RejectCalls: true, CallText: "x"), Ct);
        await _gateway.SetWebhookAsync(at, new GatewayWebhook(new Uri(receiver.Url("life")), "other"), Ct);
        await _gateway.LogOutAsync(at, Ct);
        await Wait.UntilAsync(async () => await _gateway.StateAsync(at, Ct) == LinkState.Closed, "closed");
        await _gateway.LogOutAsync(at, Ct);
        (await Should.ThrowAsync<GatewayException>(() => _gateway.RestartAsync(at, Ct))).Failure.ShouldBe(GatewayFailure.NotConnected);
        await _gateway.DeleteAsync(at, Ct);
        await Wait.UntilAsync(() => GoneAsync(at), "gone");
        await _gateway.DeleteAsync(at, Ct);
    }

    [Fact]
    public async Task Everything_that_is_sent_is_taken_and_found_again()
    {
        var at = At("sends");
        await CreateAsync(at);
        await OpenAsync(at);
        var inbound = await sandbox.Control.WriteAsync("sends", "oi");
        using var picture = new MemoryStream(
            Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        );
        var from = DateTimeOffset.UtcNow.AddMinutes(-5);

        var text = await _gateway.SendTextAsync(at, Ana, "Olá 👍", new Quote(inbound, "oi"), Ct);
        var sent = new List<SentMessage> { text };
        foreach (var kind in new[] { OutgoingMediaKind.Image, OutgoingMediaKind.Document, OutgoingMediaKind.Voice })
        {
            foreach (var quote in new[] { null, new Quote(inbound, "oi") })
            {
                picture.Position = 0;
                sent.Add(await _gateway.SendMediaAsync(at, Ana, new(kind, picture, "image/png", "ponto ç.png", "eis"), quote, Ct));
            }
        }

        await _gateway.ReactAsync(at, new MessageKey(inbound, Ana, FromMe: false), "👍", Ct);
        await _gateway.EditAsync(at, new MessageKey(text.ProviderId, Ana, FromMe: true), "Olá de novo", Ct);
        await _gateway.MarkReadAsync(at, [new MessageKey(inbound, Ana, FromMe: false)], Ct);
        await _gateway.SetTypingAsync(at, Ana, TypingState.Composing, TimeSpan.FromMilliseconds(10), Ct);
        await _gateway.DeleteForEveryoneAsync(at, new MessageKey(sent[1].ProviderId, Ana, FromMe: true), Ct);

        sandbox.Sends("sends").Count(line => line.Bytes == picture.Length).ShouldBe(6);
        var page = await _gateway.FindMessagesAsync(at, new MessageSearch(Ana, from, DateTimeOffset.UtcNow.AddMinutes(5), 1, 100), Ct);
        sent.Select(s => s.ProviderId).ShouldBeSubsetOf(page.Messages.Select(m => m.ProviderId));
        (await _gateway.FindMessageAsync(at, text.ProviderId, Ct)).ShouldNotBeNull().FromMe.ShouldBeTrue();
        var file = (await _gateway.FindMessageAsync(at, sent[3].ProviderId, Ct))!.Body.File.ShouldNotBeNull();
        using var fetched = new MemoryStream();
        (await _gateway.FetchMediaAsync(at, file, fetched, 1000, Ct)).Size.ShouldBe(picture.Length);
        fetched.ToArray().ShouldBe(picture.ToArray());
        var check = await _gateway.CheckNumbersAsync(at, [PhoneNumber.Parse("11977770001")], Ct);
        check.ShouldHaveSingleItem().Exists.ShouldBeTrue();
        await _gateway.ProfilePictureAsync(at, Ana, Ct);
        Translated("sends").OfType<MessageSentEcho>().Select(echo => echo.Message.ProviderId).ShouldContain(text.ProviderId);
    }

    [Fact]
    public async Task Every_kind_a_customer_can_write_is_understood()
    {
        var at = At("kinds");
        await CreateAsync(at);
        await OpenAsync(at);

        foreach (var kind in SandboxWrite.Kinds)
        {
            await sandbox.Control.WriteAsync("kinds", new SandboxWrite { Kind = kind });
        }

        await receiver.WaitAsync("kinds", "messages.upsert", SandboxWrite.Kinds.Count);
        var events = Translated("kinds");
        events.OfType<Unknown>().ShouldBeEmpty();
        var kinds = events.OfType<MessageReceived>().Select(received => received.Message.Body.Kind).ToList();
        kinds.Distinct().Count().ShouldBe(11);
        kinds.Count(kind => kind == MessageKind.Unsupported).ShouldBe(1);
    }

    [Fact]
    public async Task Number_that_closes_or_is_not_there_refuses_a_send()
    {
        var at = At("closed");
        await CreateAsync(at);
        await OpenAsync(at);
        await sandbox.Control.CloseAsync("closed", 402, "104", 3600);
        await Wait.UntilAsync(async () => await _gateway.StateAsync(at, Ct) == LinkState.Closed, "closed");

        var closed = await Should.ThrowAsync<GatewayException>(() => _gateway.SendTextAsync(at, Ana, "x", null, Ct));
        var unknown = await Should.ThrowAsync<GatewayException>(() => _gateway.SendTextAsync(At("nosuch"), Ana, "x", null, Ct));

        closed.Failure.ShouldBe(GatewayFailure.NotConnected);
        (unknown.Failure, unknown.SurelyNotSent).ShouldBe((GatewayFailure.UnknownInstance, true));
        await receiver.WaitAsync("closed", "status.instance");
        var ban = Translated("closed").OfType<InstanceClosed>().ShouldHaveSingleItem();
        (ban.Code, ban.BanReason, ban.BanLasts).ShouldBe((402, 104, TimeSpan.FromHours(1)));
    }

    private GatewayConnection At(string name) => new(sandbox.Address, SandboxProcess.Key, name, name + "-token");

    private Task<CreatedInstance> CreateAsync(GatewayConnection at) =>
        _gateway.CreateAsync(
            at,
            new NewInstance(at.InstanceToken!, new GatewaySettings(), new GatewayWebhook(new Uri(receiver.Url(at.Instance)), "s3cret")),
            Ct
        );

    private async Task OpenAsync(GatewayConnection at)
    {
        await sandbox.Control.ScanAsync(at.Instance);
        await Wait.UntilAsync(async () => await _gateway.StateAsync(at, Ct) == LinkState.Open, "open");
    }

    private async Task<bool> GoneAsync(GatewayConnection at)
    {
        try
        {
            await _gateway.StateAsync(at, Ct);
            return false;
        }
        catch (GatewayException e)
        {
            return e.Failure == GatewayFailure.UnknownInstance;
        }
    }

    private List<GatewayEvent> Translated(string instance) =>
        [
            .. receiver
                .Of(instance)
                .Select(hook => EvolutionTranslator.Translate(Encoding.UTF8.GetBytes(hook.Body.GetRawText())))
                .SelectMany(translation => translation.ShouldBeOfType<Translation.Readable>().Events),
        ];
}
