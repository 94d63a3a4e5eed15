using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Inbox;

/// <summary>Says whose answer one's own would meet.</summary>
public sealed class CollisionWords(WatcherRows watchers, CurrentMember member, TimeProvider time, IStringLocalizer<InboxText> texts)
{
    public async Task<string> OfAsync(Collision why, CancellationToken ct)
    {
        var name = await watchers.NameAsync(member.TenantId, why.By, ct);
        return why switch
        {
            Collision.Same same when why.By == member.UserId => texts["together.same-own", Ago(same.At)],
            Collision.Same same => texts["together.same", name, Ago(same.At)],
            Collision.Answered answered => texts["together.answered", name, Ago(answered.At)],
            Collision.Answering { HasSaidSo: true } => texts["together.took", name],
            _ => texts["together.answers", name],
        };
    }

    private string Ago(DateTimeOffset at)
    {
        var ago = time.GetUtcNow() - at;
        return ago < TimeSpan.FromMinutes(1)
            ? texts["together.seconds", Math.Max(1, (int)ago.TotalSeconds)]
            : texts["together.minutes", (int)ago.TotalMinutes];
    }
}
