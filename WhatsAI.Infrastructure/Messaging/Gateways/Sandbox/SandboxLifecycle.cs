using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>How a number comes and goes: QR, scan, ban, log-out, silent reconnect, deletion, with the webhooks of each.</summary>
internal sealed class SandboxLifecycle(SandboxServer server)
{
    /// <summary>Starts the socket unless one is up: QR codes are shown until somebody scans or the limit is reached.</summary>
    public void Connect(SandboxInstance instance, string? number)
    {
        lock (instance.Gate)
        {
            if (number is not null)
            {
                instance.Number = number;
            }

            if (instance.IsOpen || (instance.State == "connecting" && instance.Qr is not null))
            {
                if (number is not null && instance.Qr is { PairingCode: null } qr)
                {
                    instance.Qr = qr with { PairingCode = server.Random.PairingCode() };
                }

                return;
            }

            instance.Socket?.Cancel();
            instance.Socket = new CancellationTokenSource();
            instance.State = "connecting";
            instance.Qr = null;
        }

        Update(instance, "connecting", 200);
        ShowQr(instance, instance.Socket.Token);
    }

    /// <summary>The phone scanned the QR, or the pairing code was typed into it.</summary>
    public void Scan(SandboxInstance instance, string? phone, string? profileName)
    {
        lock (instance.Gate)
        {
            instance.Socket?.Cancel();
            instance.Qr = null;
            var jid = SandboxJid.Of(phone ?? (instance.OwnerJid is { } o ? SandboxJid.User(o) : instance.Number) ?? "5511988880003");
            instance.OwnerJid = jid;
            instance.ProfileName = profileName ?? instance.ProfileName ?? "Loja";
        }

        // WhatsApp asks for a restart of the stream right after a scan (515): connecting once more, then open.
        Reconnect(instance, 515);
    }

    /// <summary>The socket dropped with a code that reconnects by itself: no close event, only connecting and open.</summary>
    public void Reconnect(SandboxInstance instance, int code)
    {
        CancellationToken until;
        lock (instance.Gate)
        {
            instance.Socket?.Cancel();
            instance.Socket = new CancellationTokenSource();
            until = instance.Socket.Token;
            instance.State = "connecting";
            instance.Qr = null;
        }

        Note(instance, "reconnect", code);
        Update(instance, "connecting", 200);
        server.Later((int)server.Options.ReconnectDelay.TotalMilliseconds, () => Open(instance), until);
    }

    /// <summary>Says "open" without changing the state: a late event that arrives after a close.</summary>
    public void Zombie(SandboxInstance instance) => Post(instance, "connection.update", OpenData(instance));

    /// <summary>Log-out (401), temporary ban (402), ban (403), unknown log-out (406): session gone, three webhooks in any order.</summary>
    public IReadOnlyList<SandboxDelivery> Close(SandboxInstance instance, int code, string? banCode = null, int? expireSeconds = null)
    {
        var now = server.Now;
        var error = SandboxClose.Error(code, banCode, expireSeconds, now);
        lock (instance.Gate)
        {
            instance.Socket?.Cancel();
            (instance.State, instance.Qr) = ("close", null);
            (instance.ClosedCode, instance.ClosedObject, instance.ClosedAt) = (code, error, now);
        }

        Note(instance, "close", code);
        var status = new JsonObject
        {
            ["instance"] = instance.Name,
            ["status"] = "closed",
            ["disconnectionAt"] = SandboxJson.Iso(now),
            ["disconnectionReasonCode"] = code,
            ["disconnectionObject"] = error,
        };
        var events = new List<Func<SandboxDelivery>>
        {
            () => Post(instance, "status.instance", status),
            () => Post(instance, "logout.instance", null),
            () => Update(instance, "close", code),
        };
        var deliveries = new List<SandboxDelivery>();
        while (events.Count > 0)
        {
            var next = server.Random.Next(events.Count);
            deliveries.Add(events[next]());
            events.RemoveAt(next);
        }

        return deliveries;
    }

    /// <summary>The name stays taken until remove.instance is delivered or given up, as on a real server.</summary>
    public async Task DeleteAsync(SandboxInstance instance)
    {
        if (instance.State != "close")
        {
            _ = Close(instance, 401);
        }

        var removed = Post(instance, "remove.instance", null).Done;
        var gone = removed.ContinueWith(
            _ => server.Instances.TryRemove(instance.Name, out SandboxInstance? _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        await Task.WhenAny(gone, Task.Delay(TimeSpan.FromMilliseconds(50)));
    }

    /// <summary>No QR any more: "refused", then close.</summary>
    public void GiveUpQr(SandboxInstance instance)
    {
        lock (instance.Gate)
        {
            instance.Socket?.Cancel();
            (instance.State, instance.Qr) = ("close", null);
        }

        Post(
            instance,
            "qrcode.updated",
            new JsonObject { ["message"] = "QR code limit reached, please login again", ["statusCode"] = 500 }
        );
        Update(instance, "refused", 428);
    }

    /// <summary>The next QR now, instead of when this one's life is over.</summary>
    public void NextQr(SandboxInstance instance)
    {
        CancellationToken until;
        lock (instance.Gate)
        {
            if (instance.Qr is null)
            {
                return;
            }

            instance.Socket?.Cancel();
            instance.Socket = new CancellationTokenSource();
            until = instance.Socket.Token;
        }

        ShowQr(instance, until);
    }

    private Task Open(SandboxInstance instance)
    {
        lock (instance.Gate)
        {
            instance.OwnerJid ??= SandboxJid.Of(instance.Number ?? "5511988880003");
            (instance.State, instance.UpdatedAt) = ("open", server.Now);
        }

        Note(instance, "open", 200);
        Post(instance, "connection.update", OpenData(instance));
        return Task.CompletedTask;
    }

    private void ShowQr(SandboxInstance instance, CancellationToken until)
    {
        SandboxQr qr;
        lock (instance.Gate)
        {
            if (until.IsCancellationRequested)
            {
                return;
            }

            var count = (instance.Qr?.Count ?? 0) + 1;
            if (count <= server.Options.QrLimit)
            {
                var pairing = instance.Number is null ? null : instance.Qr?.PairingCode ?? server.Random.PairingCode();
                instance.Qr = SandboxQr.New(server.Random, pairing, count);
            }
            else
            {
                instance.Qr = null;
            }

            qr = instance.Qr!;
        }

        if (qr is null)
        {
            GiveUpQr(instance);
            return;
        }

        var body = qr.ToBody();
        body.Remove("count");
        body.Insert(0, "instance", instance.Name);
        Post(instance, "qrcode.updated", new JsonObject { ["qrcode"] = body });
        var life = qr.Count == 1 ? server.Options.FirstQrLife : server.Options.QrLife;
        server.Later(
            (int)life.TotalMilliseconds,
            () =>
            {
                ShowQr(instance, until);
                return Task.CompletedTask;
            },
            until
        );
    }

    private static JsonObject OpenData(SandboxInstance instance) =>
        new()
        {
            ["instance"] = instance.Name,
            ["wuid"] = instance.OwnerJid,
            ["profileName"] = instance.ProfileName,
            ["profilePictureUrl"] = null,
            ["state"] = "open",
            ["statusReason"] = 200,
        };

    private SandboxDelivery Update(SandboxInstance instance, string state, int reason) =>
        Post(
            instance,
            "connection.update",
            new JsonObject
            {
                ["instance"] = instance.Name,
                ["state"] = state,
                ["statusReason"] = reason,
            }
        );

    private SandboxDelivery Post(SandboxInstance instance, string name, JsonNode? data) => server.Webhooks.Post(instance, name, data);

    private void Note(SandboxInstance instance, string what, int code) =>
        server.Log.Write("state", instance, new JsonObject { ["state"] = what, ["code"] = code });
}
