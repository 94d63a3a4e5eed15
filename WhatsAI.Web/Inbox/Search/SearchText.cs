namespace WhatsAI.Web.Inbox.Search;

/// <summary>Names the resource of the search's texts.</summary>
public sealed class SearchText;
