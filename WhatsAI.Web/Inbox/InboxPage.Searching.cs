using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Inbox.Search;

namespace WhatsAI.Web.Inbox;

/// <summary>What is looked for. While the address says so, the results stand where the list stood, which goes on behind them.</summary>
public sealed partial class InboxPage
{
    private SearchTerms? _terms;
    private SearchResults? _results;
    private MessageId? _at;
    private IReadOnlyList<AgentRow> _agents = [];

    [Inject]
    private TeamQueries People { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Q { get; set; }

    [SupplyParameterFromQuery]
    public string? Via { get; set; }

    [SupplyParameterFromQuery]
    public string? Tag { get; set; }

    [SupplyParameterFromQuery]
    public string? Agent { get; set; }

    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    [SupplyParameterFromQuery]
    public string? Direction { get; set; }

    [SupplyParameterFromQuery]
    public string? Media { get; set; }

    /// <summary>The message at which the conversation is open.</summary>
    [SupplyParameterFromQuery]
    public string? At { get; set; }

    internal void LeaveSearch() => Go(terms: null, replace: false);

    private void ReadSearch()
    {
        var terms = SearchTerms.Read(new SearchQuery(Q, Via, Tag, Agent, From, To, Direction, Media));
        if (terms is not null && _terms is null)
        {
            _ = BehindAsync(async () =>
            {
                _agents = await People.AgentsAsync(Gone);
                StateHasChanged();
            });
        }

        _terms = terms;
        _at = Id.TryParse<MessageId>(At, out var at) && Selected is not null ? at : null;
    }

    // Every pause in typing changes the address, but going back leaves the search.
    private void Look(string text) => Go(SearchTerms.Of(text, _terms, _asked!), replace: _terms is not null);

    private void Narrow(SearchTerms terms) => Go(terms, replace: true);

    private void Go(SearchTerms? terms, bool replace) =>
        navigation.NavigateTo(InboxUrl.Of(Shell, _asked!, Selected, terms, terms is null ? null : _at), replace: replace);
}
