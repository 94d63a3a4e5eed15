namespace WhatsAI.Core.Common;

/// <summary>What a log may show of personal data: enough to recognize it beside the original, not enough to write to it.</summary>
public static class Masked
{
    private const int Start = 5;
    private const int End = 4;

    /// <summary>"+5511999998888" becomes "+5511*****8888"; what is too short to be hidden so becomes stars altogether.</summary>
    public static string Phone(string? phone)
    {
        var text = phone ?? "";
        var hidden = text.Length - Start - End;
        return hidden < End ? new string('*', text.Length) : $"{text[..Start]}{new string('*', hidden)}{text[^End..]}";
    }
}
