using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Account;

/// <summary>One sign-in on one device. The cookie holds the session's key, the row its hash only.</summary>
public sealed class UserSession
{
    public Guid Id { get; init; }

    public UserId UserId { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    public byte[] KeyHash { get; init; } = [];

    /// <summary>What the browser calls itself, in two words: "Chrome", "Windows"; null where it says nothing known.</summary>
    public string? Browser { get; init; }

    public string? Platform { get; init; }

    /// <summary>The network address it was last seen from.</summary>
    public string? Address { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset LastSeenAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
