using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The other side of WhatsApp: customers who write, the number's own phone, and receipts for what went out.</summary>
internal sealed class SandboxPhone(SandboxServer server)
{
    /// <summary>Ids of what was (or, at a rate, will be) written.</summary>
    public IReadOnlyList<string> Write(SandboxInstance instance, SandboxWrite write)
    {
        var count = Math.Clamp(write.Count, 1, 100_000);
        var ids = Enumerable.Range(0, count).Select(_ => write.Id ?? server.Random.PhoneId()).ToArray();
        for (var i = 0; i < count; i++)
        {
            var (id, text) = (ids[i], TextOf(write) + (count > 1 ? $" #{i + 1}" : ""));
            if (write.RatePerSecond > 0 && i > 0)
            {
                server.Later((int)(i * 1000 / write.RatePerSecond), () => Task.FromResult(WriteOne(instance, write, id, text)));
            }
            else
            {
                WriteOne(instance, write, id, text);
            }
        }

        return ids;
    }

    /// <summary>messages.update for one message: by the behaviour's delays after a send, or at once when a test asks.</summary>
    public SandboxDelivery Receipt(SandboxInstance instance, SandboxMessage message, string status, bool byLid)
    {
        lock (instance.Gate)
        {
            message.Updates.Add(status);
            message.Status = status;
        }

        server.Log.Write("receipt", instance, new JsonObject { ["message"] = message.Id, ["status"] = status });
        var jid = byLid && SandboxJid.IsPerson(message.RemoteJid) ? SandboxJid.LidOf(message.RemoteJid) : message.RemoteJid;
        return server.Webhooks.Post(
            instance,
            "messages.update",
            new JsonObject
            {
                ["keyId"] = message.Id,
                ["remoteJid"] = jid,
                ["fromMe"] = message.FromMe,
                ["status"] = status,
                ["instanceId"] = instance.Id,
                ["messageId"] = message.RowId,
            }
        );
    }

    /// <summary>What happens after a message left: receipts and, if asked for, an answer. Groups give no receipts.</summary>
    public void Taken(SandboxInstance instance, SandboxMessage message)
    {
        var b = instance.Behaviour;
        if (b.Receipts && !SandboxJid.IsGroup(message.RemoteJid))
        {
            (string Status, int? Delay)[] steps = [("SERVER_ACK", b.SentMs), ("DELIVERY_ACK", b.DeliveredMs), ("READ", b.ReadMs)];
            if (b.ReceiptsOutOfOrder)
            {
                server.Later(steps.Min(s => s.Delay) ?? 0, () => ReceiptsBackwardsAsync(instance, message));
            }
            else
            {
                foreach (var (status, delay) in steps.Where(s => s.Delay is not null))
                {
                    server.Later(delay!.Value, () => ReceiptIfOpen(instance, message, status));
                }
            }
        }

        if (b.AutoReply && message.Type != "reactionMessage")
        {
            server.Later(b.AutoReplyMs, () => Done(() => AutoReply(instance, message)));
        }
    }

    public void Typing(SandboxInstance instance, string from, string presence)
    {
        var jid = SandboxJid.Of(from);
        server.Webhooks.Post(
            instance,
            "presence.update",
            new JsonObject
            {
                ["id"] = jid,
                ["presences"] = new JsonObject { [jid] = new JsonObject { ["lastKnownPresence"] = presence } },
            }
        );
    }

    private static Task Done(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private static string TextOf(SandboxWrite write) =>
        write.Text
        ?? (
            write.Kind == "poll" ? "Qual dia?"
            : write.FromMe ? "respondi pelo celular"
            : "Olá, vocês abrem hoje?"
        );

    private Task ReceiptIfOpen(SandboxInstance instance, SandboxMessage message, string status) =>
        instance.IsOpen && instance.Behaviour.Receipts
            ? Receipt(instance, message, status, instance.Behaviour.ReceiptsByLid).First
            : Task.CompletedTask;

    /// <summary>Each after the one before it was answered: surely the wrong order, not just a likely one.</summary>
    private async Task ReceiptsBackwardsAsync(SandboxInstance instance, SandboxMessage message)
    {
        foreach (var status in new[] { "READ", "DELIVERY_ACK", "SERVER_ACK" })
        {
            await ReceiptIfOpen(instance, message, status);
        }
    }

    private void AutoReply(SandboxInstance instance, SandboxMessage message)
    {
        if (instance.IsOpen && !SandboxJid.IsGroup(message.RemoteJid))
        {
            string[] answers = ["Certo, obrigado!", "Pode mandar o boleto?", "Vou ver e já respondo.", "Qual o prazo de entrega?", "👍"];
            var lid = SandboxJid.IsLid(message.RemoteJid);
            Write(
                instance,
                new SandboxWrite
                {
                    From = message.RemoteJid,
                    Addressing = lid ? SandboxAddressing.LidOnly : SandboxAddressing.Pn,
                    // Who answers is not renamed by answering.
                    Name = instance.Chats.Contact(message.RemoteJid)?.PushName ?? "",
                    Text = instance.Behaviour.AutoReplyText ?? answers[server.Random.Next(answers.Length)],
                }
            );
        }
    }

    private bool WriteOne(SandboxInstance instance, SandboxWrite write, string id, string text)
    {
        if (write.Kind is "edit" or "revoke")
        {
            Change(instance, write, text);
            return true;
        }

        var now = server.Now;
        SandboxMessage message;
        SandboxSender from;
        bool stranger;
        lock (instance.Gate)
        {
            from = new SandboxSender(write, instance);
            if (from.IsBlocked(instance.Chats))
            {
                return false;
            }

            var target = instance.Chats.Find(write.Target) ?? Last(instance, from.RemoteJid);
            var key = (JsonObject?)target?.Key.DeepClone();
            var content = write.ToContent(text, id, key, server.Random, now);
            if (write.ReplyTo is { } quotedId)
            {
                var quoted = instance.Chats.Find(quotedId)?.Content.DeepClone();
                content = content.Quoting(quotedId, instance.OwnerJid, quoted ?? new JsonObject { ["conversation"] = "mensagem citada" });
            }

            message = new SandboxMessage
            {
                RowId = server.Random.Cuid(),
                Key = from.Key(id),
                PushName = write.FromMe ? instance.ProfileName : from.Name,
                Type = content.Type,
                Content = content.Body,
                Context = content.Context,
                Timestamp = write.At ?? now.ToUnixTimeSeconds(),
                Source = "ios",
                Status = write.FromMe ? "SERVER_ACK" : "DELIVERY_ACK",
                Media = content.Media,
                Kept = instance.Behaviour.KeepsMessages,
            };
            instance.Chats.Add(message, server.Options, server.Random.Cuid);
            stranger = !write.FromMe && instance.Chats.Remember(new SandboxContact(from.RemoteJid, from.Name, null, message.RowId, now));
        }

        server.Log.Write("received", instance, new JsonObject { ["message"] = id, ["type"] = message.Type });
        server.Webhooks.Post(instance, "messages.upsert", message.ToWire(instance.Id, instance.Hook?.Base64 ?? false));
        if (!write.FromMe && write.Kind != "status")
        {
            server.Webhooks.Post(instance, stranger ? "contacts.upsert" : "contacts.update", Person(instance, from));
        }

        return true;
    }

    private void Change(SandboxInstance instance, SandboxWrite write, string text)
    {
        SandboxMessage? target;
        lock (instance.Gate)
        {
            var jid = new SandboxSender(write, instance).RemoteJid;
            target = instance.Chats.Find(write.Target) ?? Last(instance, jid, write.FromMe);
        }

        if (target is null)
        {
            throw new SandboxRefusal(SandboxAnswer.BadRequest("There is no message to change in this chat."));
        }

        var key = new JsonObject
        {
            ["remoteJid"] = target.RemoteJid,
            ["fromMe"] = target.FromMe,
            ["id"] = target.Id,
        };
        if (write.Kind == "edit")
        {
            var edited = new JsonObject
            {
                ["key"] = key,
                ["type"] = "MESSAGE_EDIT",
                ["editedMessage"] = new JsonObject { ["conversation"] = text },
                ["timestampMs"] = server.Now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            };
            lock (instance.Gate)
            {
                target.Content.Clear();
                target.Content["conversation"] = text;
            }

            server.Webhooks.Post(instance, "messages.edited", edited);
            return;
        }

        target.Revoked = true;
        server.Webhooks.Post(instance, "messages.edited", new JsonObject { ["key"] = key, ["type"] = "REVOKE" });
        server.Webhooks.Post(instance, "messages.delete", target.Key.DeepClone());
    }

    private static SandboxMessage? Last(SandboxInstance instance, string remoteJid, bool fromMe = false) =>
        instance.Chats.All.FirstOrDefault(c => c.RemoteJid == remoteJid)?.Messages.LastOrDefault(m => m.FromMe == fromMe && !m.Revoked)
        ?? instance.Chats.All.FirstOrDefault(c => c.RemoteJid == remoteJid)?.Messages.LastOrDefault();

    private static JsonObject Person(SandboxInstance instance, SandboxSender from) =>
        new()
        {
            ["remoteJid"] = from.RemoteJid,
            ["pushName"] = from.Name,
            ["profilePicUrl"] = null,
            ["instanceId"] = instance.Id,
        };
}
