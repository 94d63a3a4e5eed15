using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Messages of a campaign for a pool.</summary>
/// <param name="Name">What people call the campaign; the first feed's name stays.</param>
/// <param name="Priority">The lower goes first, whatever is older.</param>
/// <param name="NotBefore">Null: at once, as far as the pool's pace allows.</param>
public sealed record CampaignFeed(
    PoolId Pool,
    CampaignId Campaign,
    string Name,
    short Priority,
    IReadOnlyList<CampaignPiece> Pieces,
    DateTimeOffset? NotBefore = null
);

/// <summary>One person's message: to a contact, or to whoever has a phone.</summary>
public sealed record CampaignPiece
{
    /// <param name="media">The stored file of a media body.</param>
    public CampaignPiece(Guid clientKey, MessageBody body, ContactId contact, MediaId? media = null) =>
        (ClientKey, Body, Contact, Media) = (clientKey, body, contact, media);

    public CampaignPiece(Guid clientKey, TextBody body, PhoneNumber phone) => (ClientKey, Body, Phone) = (clientKey, body, phone);

    /// <summary>The same key again is the same message, also when it has gone out meanwhile.</summary>
    public Guid ClientKey { get; }

    public MessageBody Body { get; }

    public ContactId? Contact { get; }

    public PhoneNumber? Phone { get; }

    public MediaId? Media { get; }
}
