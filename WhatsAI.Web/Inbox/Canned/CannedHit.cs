using WhatsAI.Core.Inbox;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>A canned response as it reads in one place, filled once however often it is searched.</summary>
public sealed record FilledResponse(CannedResponseRow Row, CannedFilling Filling)
{
    public static FilledResponse Of(CannedResponseRow row, CannedValues values, Func<CannedVariable, string> missing) =>
        new(row, CannedTemplate.Parse(row.Text).Fill(values, missing));
}

/// <summary>One that was searched for, with where it was found.</summary>
public sealed record CannedHit(FilledResponse Response, IReadOnlyList<CannedPiece> Code, IReadOnlyList<CannedPiece> Line)
{
    private const int LineLength = 160;

    // Who types a code wants that; the words of an answer find it when no code does.
    private const int ByCode = 100_000;
    private const int ByText = 2;
    private const int ByFolder = 1;

    /// <summary>Best first; all, as they came, for nothing.</summary>
    public static IReadOnlyList<CannedHit> Best(IEnumerable<FilledResponse> responses, string query) =>
        [
            .. responses
                .Select(r => (Response: r, Found: Find(r, query.Trim())))
                .Where(r => r.Found.Score > 0)
                .OrderByDescending(r => r.Found.Score)
                .Select(r => Of(r.Response, r.Found.Code, r.Found.Text)),
        ];

    private static CannedHit Of(FilledResponse response, IReadOnlyList<int> code, Range? text) =>
        new(response, CannedPiece.Letters(response.Row.Code, code), CannedPiece.Line(response.Filling, text, LineLength));

    private static (int Score, IReadOnlyList<int> Code, Range? Text) Find(FilledResponse response, string query)
    {
        if (query.Length == 0)
        {
            return (1, [], null);
        }

        if (FuzzyMatch.Find(response.Row.Code, query) is { Score: > 0 } code)
        {
            return (ByCode + code.Score, code.At, null);
        }

        if (FuzzyMatch.Phrase(response.Filling.Text, query) is { } text)
        {
            return (ByText, [], text);
        }

        return (response.Row.Folder is { } folder && FuzzyMatch.Score(folder, query) > 0 ? ByFolder : 0, [], null);
    }
}
