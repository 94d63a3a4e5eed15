namespace WhatsAI.Web.Inbox.Search;

/// <summary>The search's part of an address after the question mark, as it came.</summary>
public sealed record SearchQuery(
    string? Q,
    string? Via,
    string? Tag,
    string? Agent,
    string? From,
    string? To,
    string? Direction,
    string? Media
);
