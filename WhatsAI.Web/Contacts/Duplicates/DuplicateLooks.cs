using WhatsAI.Core.Contacts.Duplicates;

namespace WhatsAI.Web.Contacts.Duplicates;

internal static class DuplicateLooks
{
    /// <summary>Of its words in <see cref="ContactsText"/>.</summary>
    public static string Key(this DuplicateProof proof) =>
        proof switch
        {
            DuplicateProof.SameId => "duplicate.same-id",
            DuplicateProof.SameNumber => "duplicate.same-number",
            _ => "duplicate.same-name-and-ending",
        };
}
