using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Views;

/// <summary>A filter of the inbox list under a name: a member's own, or the whole company's.</summary>
public sealed class InboxView : ITenantOwned
{
    public const int MaxNameLength = 40;
    public const int MaxQueryLength = 500;

    private InboxView() { }

    /// <param name="id">Its own.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="owner">The member whose own it is; null: the company's. It stays so.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="query">See <see cref="Query"/>.</param>
    /// <param name="now">When it is made.</param>
    /// <exception cref="RuleException">See <see cref="Change"/>.</exception>
    public InboxView(InboxViewId id, TenantId tenantId, UserId? owner, string name, string query, DateTimeOffset now)
    {
        (Id, TenantId, OwnerId, CreatedAt) = (id, tenantId, owner, now);
        Change(name, query);
    }

    public InboxViewId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    public UserId? OwnerId { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique among the member's own, and among the company's.</summary>
    public string FoldedName { get; private set; } = "";

    /// <summary>
    /// The filter as the list's address says it, without the question mark; empty: the open ones. Kept as it is said there, so that "mine" means whoever looks,
    /// and what an older view does not know is not filtered by.
    /// </summary>
    public string Query { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">The name is empty or too long, or the query is none that the list's address could hold.</exception>
    public void Change(string name, string query)
    {
        var plain = OneLine.Clean(name);
        var folded = OneLine.Fold(plain);
        if (plain.Length > MaxNameLength || folded.Length == 0)
        {
            throw new RuleException("view.name-invalid", MaxNameLength);
        }

        if (query.Length > MaxQueryLength || !query.All(c => char.IsAsciiLetterOrDigit(c) || c is '=' or '&' or '-' or '_' or '.'))
        {
            throw new RuleException("view.filter-invalid");
        }

        (Name, FoldedName, Query) = (plain, folded, query);
    }
}

/// <summary>The view that a member's inbox opens with.</summary>
public sealed class DefaultView : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public UserId UserId { get; init; }

    public InboxViewId ViewId { get; set; }
}
