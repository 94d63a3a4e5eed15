using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Notifying;

/// <summary>
/// Finds out, once per process and company, what there is to be notified of, and hands it to the windows of those whom it concerns: the others hear nothing
/// of it. Only companies with an open window are listened to.
/// </summary>
public sealed class NewsDesk(NpgsqlDataSource database, EventHub hub, InboxRows rows, TimeProvider time, ILogger<NewsDesk> log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TenantId, CompanyNews> _companies = [];

    /// <summary>What happens from now on. Disposing it ends it.</summary>
    /// <exception cref="Core.Common.RuleException">The member may not read conversations.</exception>
    public NewsFeed Subscribe(CurrentMember member)
    {
        member.Demand(Permission.ConversationsRead);
        var tenant = member.TenantId;
        lock (_gate)
        {
            if (!_companies.TryGetValue(tenant, out var company))
            {
                company = new CompanyNews(tenant, database, time, log);
                _companies.Add(tenant, company);
                company.Begin(hub, rows);
            }

            var feed = new NewsFeed(f => Leave(tenant, f), member);
            company.Add(feed);
            return feed;
        }
    }

    private void Leave(TenantId tenant, NewsFeed feed)
    {
        lock (_gate)
        {
            if (_companies.TryGetValue(tenant, out var company) && !company.Remove(feed))
            {
                _companies.Remove(tenant);
                company.End();
            }
        }
    }
}
