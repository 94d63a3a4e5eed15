using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>The canned responses that fit what was typed after a slash, filled from the open conversation.</summary>
public sealed partial class CannedPicker(CannedResponseQueries queries, IStringLocalizer<CannedText> texts)
{
    internal const string ListId = "canned-options";
    private const int Most = 40;

    private IReadOnlyList<CannedResponseRow> _rows = [];
    private IReadOnlyList<FilledResponse> _responses = [];
    private IReadOnlyList<CannedHit> _hits = [];

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter, EditorRequired]
    public CannedValues Values { get; set; } = null!;

    /// <summary>What follows the slash.</summary>
    [Parameter]
    public string Query { get; set; } = "";

    private IStringLocalizer<CannedText> L => texts;

    private IEnumerable<CannedHit> Shown => _hits.Take(Most);

    private string Counted =>
        !Loaded ? ""
        : _hits.Count > Most ? L["picker.more", Most, _hits.Count]
        : L[_hits.Count == 1 ? "count-one" : "count", _hits.Count];

    protected override bool Shows(ConsoleEvent e) => e is CannedResponsesChanged or TeamsChanged;

    protected override Task OnParametersSetAsync()
    {
        Fill();
        return base.OnParametersSetAsync();
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.ListAsync(ct);
        return () =>
        {
            _rows = [.. rows.Where(r => r.Usable)];
            Fill();
        };
    }

    /// <summary>What goes into the text: the chosen one, or the best for what was typed. Null: the database is away, so nobody knows.</summary>
    internal async Task<CannedInsert?> ChooseAsync(string query, string? id)
    {
        if (!Loaded)
        {
            await ReloadAsync();
        }

        if (!Loaded)
        {
            return null;
        }

        var chosen =
            Id.TryParse<CannedResponseId>(id, out var known) ? _responses.FirstOrDefault(r => r.Row.Id == known)
            : CannedHit.Best(_responses, query) is [var best, ..] ? best.Response
            : null;
        return new CannedInsert(
            chosen?.Filling.Text,
            [.. (chosen?.Filling.Slots ?? []).Where(s => !s.Filled).Select(s => new CannedGap(s.Start, s.Length))]
        );
    }

    private void Fill()
    {
        _responses = [.. _rows.Select(r => FilledResponse.Of(r, Values, v => L["missing", L[CannedWords.VariableKey(v)]]))];
        _hits = CannedHit.Best(_responses, Query);
    }
}

/// <summary>What the browser puts in the place of the slash and what follows it.</summary>
/// <param name="Text">Null: there is no such response.</param>
internal sealed record CannedInsert(string? Text, IReadOnlyList<CannedGap> Missing);

/// <summary>Where the inserted text asks for something.</summary>
internal sealed record CannedGap(int Start, int Length);
