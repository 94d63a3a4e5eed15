using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>HTML written as an interpolated string: every hole is encoded, except what is HTML already.</summary>
[InterpolatedStringHandler]
internal readonly struct SandboxHtml(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(string? value) => _text.Append(value is null ? "" : HtmlEncoder.Default.Encode(value));

    public void AppendFormatted(int value) => _text.Append(CultureInfo.InvariantCulture, $"{value}");

    public void AppendFormatted(SandboxHtml html) => _text.Append(html._text);

    public void AppendFormatted(IEnumerable<SandboxHtml> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part._text);
        }
    }

    public override string ToString() => _text.ToString();
}
