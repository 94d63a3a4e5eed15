using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Search;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Search;

/// <summary>
/// Conversations and messages that were found, in place of the list. What is shown stays until what was typed next is there; a search that is overtaken is
/// cancelled. Nothing is moved by what arrives meanwhile.
/// </summary>
public sealed partial class SearchResults(
    SearchQueries queries,
    IStringLocalizer<SearchText> texts,
    IStringLocalizer<InboxText> inboxTexts,
    IStringLocalizer<CommonText> commonTexts,
    TimeProvider time
) : ConsoleComponent
{
    private const int MostPeople = 6;
    private const int LineLength = 140;

    // Looks on by itself this often where nothing has been found yet: a search breaks off after a fifth of a second.
    private const int Patience = 10;

    private IReadOnlyList<ConversationRow> _people = [];
    private List<MessageHit>? _hits;
    private MessageKey? _next;
    private DateTimeOffset? _backTo;
    private CancellationTokenSource? _search;
    private SearchTerms? _asked;
    private SearchTerms _shown = new("");
    private string? _failure;
    private bool _looking;

    [Parameter, EditorRequired]
    public SearchTerms Terms { get; set; } = null!;

    /// <summary>The list's, which the address keeps.</summary>
    [Parameter, EditorRequired]
    public InboxFilter Filter { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public ConversationId? Selected { get; set; }

    [Parameter]
    public MessageId? At { get; set; }

    private IStringLocalizer<SearchText> L => texts;

    private IStringLocalizer<InboxText> Inbox => inboxTexts;

    private IStringLocalizer<CommonText> Common => commonTexts;

    private TimeProvider Time => time;

    private string Status =>
        _looking ? L["looking"]
        : _hits is null ? ""
        : L["found", _people.Count, _next is null ? $"{_hits.Count}" : $"{_hits.Count}+"];

    /// <summary>The address of the next one that was found, or of the one before; null at the end.</summary>
    internal string? Neighbour(int step)
    {
        string[] all = [.. _people.Select(AddressOf), .. (_hits ?? []).Select(AddressOf)];
        var on = _people.Select(IsOn).Concat((_hits ?? []).Select(IsOn)).ToList().IndexOf(true);
        var next = on < 0 ? (step > 0 ? 0 : -1) : on + step;
        return next >= 0 && next < all.Length ? all[next] : null;
    }

    internal async Task MoreAsync()
    {
        if (_next is null || _looking || _search is not { } search)
        {
            return;
        }

        await LookAsync(
            async () =>
            {
                await OlderAsync(search.Token);
            },
            search
        );
        StateHasChanged();
    }

    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (Terms, Filter, Shell, Selected, At))
            ? base.SetParametersAsync(ParameterView.Empty)
            : Task.CompletedTask;

    protected override Task OnParametersSetAsync()
    {
        if (_asked == Terms)
        {
            return Task.CompletedTask;
        }

        _asked = Terms;
        return LoadAsync();
    }

    protected override ValueTask LeaveAsync()
    {
        _search?.Cancel();
        _search?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task LoadAsync()
    {
        _search?.Cancel();
        var search = _search = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        var terms = Terms;
        if (terms.Words.IsTooShort)
        {
            (_shown, _people, _hits, _next, _backTo, _failure, _looking) = (terms, [], null, null, null, null, false);
            return;
        }

        // Where nothing was shown, nothing is kept.
        _shown = _hits is null ? terms : _shown;
        await LookAsync(
            async () =>
            {
                var filter = FilterOf(terms);
                var people =
                    terms.Direction is null && terms.Media is null && terms.From is null && terms.To is null
                        ? queries.PeopleAsync(terms.Text, filter, MostPeople, search.Token)
                        : Task.FromResult<IReadOnlyList<ConversationRow>>([]);
                var found = queries.MessagesAsync(terms.Text, filter, ct: search.Token);
                await Task.WhenAll(people, found);
                if (search.IsCancellationRequested)
                {
                    return;
                }

                (_shown, _people, _hits) = (terms, await people, []);
                Take(await found);
                for (var i = 0; i < Patience && _hits.Count == 0 && _backTo is not null; i++)
                {
                    StateHasChanged();
                    await OlderAsync(search.Token);
                }
            },
            search
        );
    }

    /// <summary>One at a time; a failure is shown where the results would stand.</summary>
    private async Task LookAsync(Func<Task> look, CancellationTokenSource search)
    {
        (_looking, _failure) = (true, null);
        try
        {
            await look();
        }
        catch (RuleException broken) when (!search.IsCancellationRequested)
        {
            Fail(TextOf(broken));
        }
        catch (Exception e)
            when (search.IsCancellationRequested && (e is OperationCanceledException or ObjectDisposedException || DatabaseAway.Is(e)))
        {
            // Something else is looked for now, or the page was left.
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            Fail(Rules["database.away"]);
        }
        finally
        {
            _looking = _looking && _search != search;
        }
    }

    private void Fail(string why) => (_shown, _failure) = (Terms, why);

    private async Task OlderAsync(CancellationToken ct)
    {
        if (_next is { } next)
        {
            var found = await queries.MessagesAsync(_shown.Text, FilterOf(_shown), next, ct);
            if (!ct.IsCancellationRequested)
            {
                Take(found);
            }
        }
    }

    private void Take(MessageHits found)
    {
        _hits!.AddRange(found.Rows.ExceptBy(_hits.Select(h => h.Id), h => h.Id).ToList());
        (_next, _backTo) = (found.Next, found.LookedBackTo);
    }

    private SearchFilter FilterOf(SearchTerms terms) => terms.Filter(Shell.TimeZone);

    private bool IsOn(ConversationRow row) => At is null && row.Id == Selected;

    private bool IsOn(MessageHit hit) => At == hit.Id;

    private string AddressOf(ConversationRow row) => InboxUrl.Of(Shell, Filter, row.Id, Terms);

    private string AddressOf(MessageHit hit) => InboxUrl.Of(Shell, Filter, hit.ConversationId, Terms, hit.Id);

    private string? WhoWrote(MessageHit hit) => hit.Author ?? (hit.Direction == MessageDirection.Out ? Inbox["you"].Value : null);
}
