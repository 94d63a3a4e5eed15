using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>
/// A campaign's message that waits at a pool, bound to no number: the number whose turn it is takes it away and makes a row of the ledger of it, in one
/// transaction.
/// </summary>
public sealed class PoolMessageRow : ITenantOwned
{
    /// <summary>Made in the order of the queue.</summary>
    public Guid Id { get; init; }

    public TenantId TenantId { get; init; }

    public PoolId PoolId { get; init; }

    public CampaignId CampaignId { get; init; }

    /// <summary>The lower goes first.</summary>
    public short Priority { get; init; }

    /// <summary>Null: whoever has <see cref="Phone"/>, known already or not.</summary>
    public ContactId? ContactId { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>The <see cref="Core.Messaging.MessageBody"/> as JSON.</summary>
    public string Body { get; init; } = "{}";

    /// <summary>The stored file that goes out with it; null for none.</summary>
    public MediaId? MediaId { get; init; }

    /// <summary>Fed twice with one key, it is one message; the ledger's row has the same.</summary>
    public Guid ClientKey { get; init; }

    /// <summary>When it was fed; it keeps that when it comes back from a number.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>Its age: not sent before, and before those with a later one.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>Hand-overs begun that surely did not go out.</summary>
    public short Attempts { get; init; }
}
