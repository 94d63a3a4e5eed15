using System.Globalization;
using System.Text.Json;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Live;

/// <summary>What travels between copies through NOTIFY: one tenant's events of one short span. PostgreSQL refuses 8 000 bytes and more.</summary>
internal sealed record EventNotice(Guid Copy, Guid? Tenant, IReadOnlyList<string>? Events)
{
    /// <summary>More ids than this are sent as "everything changed".</summary>
    public const int MaxIds = 100;

    public static EventNotice Heartbeat(Guid copy) => new(copy, null, null);

    public static EventNotice Of(Guid copy, TenantId tenant, IReadOnlyCollection<ConsoleEvent> events) =>
        new(copy, tenant.Value, events.Count > MaxIds ? ["*"] : [.. events.Select(Encode)]);

    /// <summary>Events of this copy were lost on their way, nobody knows whose.</summary>
    public static EventNotice Everything(Guid copy) => new(copy, null, ["*"]);

    /// <summary>Of every tenant, not of one.</summary>
    public bool SaysEverything() => Tenant is null && Events is ["*"];

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Null for what is not a notice of this version.</summary>
    public static EventNotice? Parse(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize<EventNotice>(payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public IEnumerable<ConsoleEvent> Decode()
    {
        if (Tenant is not { } value)
        {
            yield break;
        }

        var tenant = new TenantId(value);
        foreach (var text in Events ?? [])
        {
            // An event that only a newer copy knows may matter here too: read everything again.
            yield return Decode(tenant, text) ?? new EverythingChanged(tenant);
        }
    }

    private static string Encode(ConsoleEvent e) =>
        e switch
        {
            ConversationChanged c => $"c{c.ConversationId.Value:N}",
            MessageChanged m => $"m{m.ConversationId.Value:N}{m.MessageId.Value:N}",
            CustomerTyping t => $"t{t.ConversationId.Value:N}",
            Watching w =>
                $"w{w.ConversationId.Value:N}{w.UserId.Value:N}{w.Window:x4}{w.Doing switch
            {
                Doing.Viewing => 'v',
                Doing.Typing => 't',
                Doing.Took => 'a',
                _ => '-',
            }}",
            InstanceChanged i => $"i{i.InstanceId.Value:N}",
            PoolChanged p => $"p{p.PoolId.Value:N}",
            CampaignChanged f => $"f{f.CampaignId.Value:N}",
            GapChanged g => $"g{g.InstanceId.Value:N}",
            JournalChanged j => $"j{j.InstanceId.Value:N}",
            MemberChanged u => $"u{u.UserId.Value:N}",
            TenantSettingsChanged => "s",
            TeamsChanged => "d",
            AgentChanged a => $"a{a.UserId.Value:N}",
            CannedResponsesChanged => "r",
            LabelsChanged => "l",
            ContactsChanged => "k",
            ScheduledMessagesChanged s => $"q{s.ConversationId.Value:N}",
            InboxViewsChanged => "v",
            MacrosChanged => "o",
            TemplatesChanged => "e",
            AlertsChanged => "z",
            NoticesChanged n => $"n{n.UserId.Value:N}",
            NotifyingChanged n => $"b{n.UserId.Value:N}",
            _ => "*",
        };

    private static ConsoleEvent? Decode(TenantId tenant, string text)
    {
        var first = text.Length >= 33 && Guid.TryParseExact(text.AsSpan(1, 32), "N", out var a) ? a : (Guid?)null;
        var second = text.Length >= 65 && Guid.TryParseExact(text.AsSpan(33, 32), "N", out var b) ? b : (Guid?)null;
        return (text.Length > 0 ? text[0] : '?', first, second) switch
        {
            ('c', { } id, _) => new ConversationChanged(tenant, Make<ConversationId>(id)),
            ('m', { } id, { } message) => new MessageChanged(tenant, Make<ConversationId>(id), Make<MessageId>(message)),
            ('t', { } id, _) => new CustomerTyping(tenant, Make<ConversationId>(id)),
            ('w', { } id, { } user) when DecodeWindow(text) is { } seen => new Watching(
                tenant,
                Make<ConversationId>(id),
                Make<UserId>(user),
                seen.Window,
                seen.Doing
            ),
            ('i', { } id, _) => new InstanceChanged(tenant, Make<InstanceId>(id)),
            ('p', { } id, _) => new PoolChanged(tenant, Make<PoolId>(id)),
            ('f', { } id, _) => new CampaignChanged(tenant, Make<CampaignId>(id)),
            ('g', { } id, _) => new GapChanged(tenant, Make<InstanceId>(id)),
            ('j', { } id, _) => new JournalChanged(tenant, Make<InstanceId>(id)),
            ('u', { } id, _) => new MemberChanged(tenant, Make<UserId>(id)),
            ('s', _, _) => new TenantSettingsChanged(tenant),
            ('d', _, _) => new TeamsChanged(tenant),
            ('a', { } id, _) => new AgentChanged(tenant, Make<UserId>(id)),
            ('r', _, _) => new CannedResponsesChanged(tenant),
            ('l', _, _) => new LabelsChanged(tenant),
            ('k', _, _) => new ContactsChanged(tenant),
            ('q', { } id, _) => new ScheduledMessagesChanged(tenant, Make<ConversationId>(id)),
            ('v', _, _) => new InboxViewsChanged(tenant),
            ('o', _, _) => new MacrosChanged(tenant),
            ('e', _, _) => new TemplatesChanged(tenant),
            ('z', _, _) => new AlertsChanged(tenant),
            ('n', { } id, _) => new NoticesChanged(tenant, Make<UserId>(id)),
            ('b', { } id, _) => new NotifyingChanged(tenant, Make<UserId>(id)),
            _ => null,
        };

        static T Make<T>(Guid id)
            where T : struct, IId<T> => T.From(id);
    }

    private static (ushort Window, Doing? Doing)? DecodeWindow(string text) =>
        text.Length == 70 && ushort.TryParse(text.AsSpan(65, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var window)
            ? text[69] switch
            {
                'v' => (window, Doing.Viewing),
                't' => (window, Doing.Typing),
                'a' => (window, Doing.Took),
                '-' => (window, null),
                _ => null,
            }
            : null;
}
