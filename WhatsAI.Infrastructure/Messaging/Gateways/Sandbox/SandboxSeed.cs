using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>
/// Puts numbers into a sandbox without HTTP, as if they had been there before. The sandbox forgets everything when its process ends, so a
/// console with a sandbox inside tells it at every start which instances it knows.
/// </summary>
public sealed class SandboxSeed(SandboxServer server)
{
    /// <summary>Adds the number unless an instance of that name exists. Posts no webhook. True when it was added.</summary>
    public bool Ensure(SandboxNumber number)
    {
        var now = server.Now;
        var id = number.InstanceId ?? server.Random.Guid().ToString();
        var instance = new SandboxInstance(number.Name, id, number.Token, "WHATSAPP-BAILEYS", now)
        {
            SettingsId = server.Random.Cuid(),
            Number = number.Phone,
            ProfileName = number.ProfileName,
            Behaviour = number.Behaviour ?? new SandboxBehaviour(),
        };
        if (number.WebhookUrl is { } url)
        {
            var headers = new JsonObject();
            foreach (var (name, value) in number.WebhookHeaders)
            {
                headers[name] = value;
            }

            var hook = new JsonObject { ["url"] = url, ["headers"] = headers };
            instance.Hook = SandboxSettingCalls.Hook(server, hook, null);
        }

        if (number.State != SandboxState.Connecting)
        {
            instance.OwnerJid = number.Phone is { } phone ? SandboxJid.Of(phone) : null;
            instance.State = number.State == SandboxState.Open ? "open" : "close";
        }

        if (number.ClosedCode is { } code)
        {
            instance.ClosedCode = code;
            instance.ClosedAt = now;
            instance.ClosedObject = SandboxClose.Error(code, null, null, now);
        }

        if (!server.Instances.TryAdd(number.Name, instance))
        {
            return false;
        }

        if (number.State == SandboxState.Connecting)
        {
            server.Lifecycle.Connect(instance, null);
        }

        if (number.Stored is { } stored)
        {
            // Of old, so nobody is told of it.
            var behaviour = instance.Behaviour;
            instance.Behaviour = behaviour with { WebhooksSuppressed = true };
            server.Phone.Write(instance, stored);
            instance.Behaviour = behaviour;
        }

        return true;
    }

    /// <summary>Lets a customer write, as the control page does. Ids of the messages; throws when the name is unknown.</summary>
    public IReadOnlyList<string> Write(string name, SandboxWrite write) => server.Phone.Write(server.Instances[name], write);
}

/// <summary>A number as <see cref="SandboxSeed.Ensure"/> takes it. The phone is digits with country code.</summary>
public sealed record SandboxNumber
{
    public required string Name { get; init; }
    public required string Token { get; init; }
    public string? InstanceId { get; init; }
    public string? Phone { get; init; }
    public string? ProfileName { get; init; }
    public string? WebhookUrl { get; init; }
    public IReadOnlyDictionary<string, string> WebhookHeaders { get; init; } = new Dictionary<string, string>();
    public SandboxState State { get; init; } = SandboxState.Open;

    /// <summary>Why it is closed (403 = banned), shown by fetchInstances.</summary>
    public int? ClosedCode { get; init; }

    public SandboxBehaviour? Behaviour { get; init; }

    /// <summary>A message it has stored from before.</summary>
    public SandboxWrite? Stored { get; init; }
}

public enum SandboxState
{
    Open,
    Close,
    Connecting,
}
