using WhatsAI.Core.Inbox;

namespace WhatsAI.Web.Inbox.Canned;

/// <summary>Keys of <see cref="CannedText"/>.</summary>
internal static class CannedWords
{
    public static string ScopeKey(CannedScope scope) => $"scope.{scope.ToString().ToLowerInvariant()}";

    public static string VariableKey(CannedVariable variable) => $"variable.{CannedVariables.NameOf(variable).Replace('_', '-')}";
}
