using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

public sealed partial class EvolutionGateway
{
    private static readonly TimeSpan CreateLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(20);

    // What the translator makes something of. GROUP_UPDATE is the name webhook/set accepts, GROUPS_UPDATE the one Evolution emits:
    // only create takes that, because it does not look at the names. An empty list would mean all events.
    private static readonly string[] Events =
    [
        "QRCODE_UPDATED",
        "CONNECTION_UPDATE",
        "STATUS_INSTANCE",
        "LOGOUT_INSTANCE",
        "REMOVE_INSTANCE",
        "MESSAGES_SET",
        "MESSAGES_UPSERT",
        "MESSAGES_EDITED",
        "MESSAGES_UPDATE",
        "MESSAGES_DELETE",
        "SEND_MESSAGE",
        "SEND_MESSAGE_UPDATE",
        "CONTACTS_UPSERT",
        "CONTACTS_UPDATE",
        "PRESENCE_UPDATE",
        "CHATS_UPSERT",
        "CHATS_DELETE",
        "GROUPS_UPSERT",
        "GROUP_UPDATE",
        "GROUP_PARTICIPANTS_UPDATE",
        "CALL",
    ];

    public async Task<GatewayProbe> ProbeAsync(GatewayConnection at, CancellationToken ct = default)
    {
        var root = await GetAsync(at, "", EvolutionKey.None, null, ct);
        if (root.Word("version", 40) is not { } version || root.Text("message")?.Contains("Evolution", StringComparison.Ordinal) != true)
        {
            throw new GatewayException(GatewayFailure.NotAGateway, "What answers is no Evolution API.", surelyNotSent: true);
        }

        var known = version.StartsWith("2.3", StringComparison.Ordinal) || version.StartsWith("2.4", StringComparison.Ordinal);
        return new GatewayProbe(version, at.ServerKey is not null && await KeyWorksAsync(at, ct), known);
    }

    public async Task<CreatedInstance> CreateAsync(GatewayConnection at, NewInstance instance, CancellationToken ct = default)
    {
        var settings = instance.Settings;
        var body = new
        {
            instanceName = at.Instance,
            integration = "WHATSAPP-BAILEYS",
            token = instance.Token,
            number = instance.PairWith?.Digits,
            qrcode = instance.ShowsQr,
            rejectCall = settings.RejectCalls,
            msgCall = settings.CallText,
            groupsIgnore = false,
            alwaysOnline = settings.AlwaysOnline,
            readMessages = settings.ReadAutomatically,
            readStatus = false,
            syncFullHistory = settings.FullHistory,
            webhook = Webhook(instance.Webhook, [.. Events.Where(name => name != "GROUP_UPDATE"), "GROUPS_UPDATE"]),
        };
        var call = new EvolutionCall(
            HttpMethod.Post,
            "instance/create",
            EvolutionKey.Server,
            EvolutionHttp.Json(body),
            TimeLimit: CreateLimit
        );
        var answer = await _http.CallAsync(at, call, ct);
        if (!answer.Has("instance"))
        {
            throw new GatewayException(GatewayFailure.Unclear, "The answer names no instance.", surelyNotSent: false);
        }

        var token = answer.Text("hash") ?? answer.Field("hash").Text("apikey") ?? instance.Token;
        return new CreatedInstance(token, EvolutionLink.Offer(answer.Field("qrcode")));
    }

    public async Task<ConnectAnswer> ConnectAsync(GatewayConnection at, PhoneNumber? pairWith = null, CancellationToken ct = default)
    {
        var query = pairWith is null ? "" : "?number=" + pairWith.Digits;
        var answer = await GetAsync(at, $"instance/connect/{Name(at)}{query}", EvolutionKey.Instance, ConnectLimit, ct);
        if (answer.Flag("error"))
        {
            throw new GatewayException(
                GatewayFailure.NotConnected,
                "The gateway could not open the link.",
                surelyNotSent: true,
                status: 200
            );
        }

        var open = EvolutionLink.State(answer.Field("instance").Text("state")) == LinkState.Open;
        return new ConnectAnswer(open, open ? null : EvolutionLink.Offer(answer));
    }

    public async Task<LinkState> StateAsync(GatewayConnection at, CancellationToken ct = default)
    {
        var answer = await GetAsync(at, $"instance/connectionState/{Name(at)}", EvolutionKey.Instance, null, ct);
        return EvolutionLink.State(answer.Field("instance").Text("state"))
            ?? throw new GatewayException(GatewayFailure.Unclear, "The answer names no known state.", surelyNotSent: true);
    }

    public async Task RestartAsync(GatewayConnection at, CancellationToken ct = default)
    {
        var answer = await PostAsync(at, "instance/restart", new { }, ct, ConnectLimit);
        if (answer.Flag("error"))
        {
            throw new GatewayException(GatewayFailure.NotConnected, "Only an open link restarts.", surelyNotSent: true, status: 200);
        }
    }

    public async Task LogOutAsync(GatewayConnection at, CancellationToken ct = default)
    {
        try
        {
            await _http.CallAsync(at, new EvolutionCall(HttpMethod.Delete, $"instance/logout/{Name(at)}"), ct);
        }
        catch (GatewayException e) when (e is { Failure: GatewayFailure.NotConnected, Status: 400 })
        {
            // Already closed: what was asked for.
        }
    }

    public async Task DeleteAsync(GatewayConnection at, CancellationToken ct = default)
    {
        try
        {
            var path = $"instance/delete/{Name(at)}";
            await _http.CallAsync(at, new EvolutionCall(HttpMethod.Delete, path, EvolutionKey.Server, TimeLimit: ConnectLimit), ct);
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.UnknownInstance)
        {
            // Not there: what was asked for.
        }
    }

    public Task ApplySettingsAsync(GatewayConnection at, GatewaySettings settings, CancellationToken ct = default) =>
        PostAsync(
            at,
            "settings/set",
            new
            {
                rejectCall = settings.RejectCalls,
                msgCall = settings.CallText,
                groupsIgnore = false,
                alwaysOnline = settings.AlwaysOnline,
                readMessages = settings.ReadAutomatically,
                readStatus = false,
                syncFullHistory = settings.FullHistory,
            },
            ct
        );

    public Task SetWebhookAsync(GatewayConnection at, GatewayWebhook webhook, CancellationToken ct = default) =>
        PostAsync(at, "webhook/set", new { webhook = Webhook(webhook, Events) }, ct);

    // base64:false: with it a body grows by a third of each file and the answer to a send waits for the file to be read again.
    private static object Webhook(GatewayWebhook webhook, IReadOnlyList<string> events) =>
        new
        {
            enabled = true,
            url = webhook.Url.AbsoluteUri,
            byEvents = false,
            base64 = false,
            headers = new Dictionary<string, string> { [GatewayWebhook.SecretHeader] = webhook.Secret },
            events,
        };

    private async Task<bool> KeyWorksAsync(GatewayConnection at, CancellationToken ct)
    {
        try
        {
            await _http.CallAsync(
                at,
                new EvolutionCall(HttpMethod.Post, "verify-creds", EvolutionKey.Server, EvolutionHttp.Json(new { })),
                ct
            );
            return true;
        }
        catch (GatewayException e) when (e.Failure == GatewayFailure.Unauthorized)
        {
            return false;
        }
    }
}
