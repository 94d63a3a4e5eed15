using System.Collections;
using System.Reflection;
using System.Text;
using WhatsAI.Core.Contacts.Import;

namespace WhatsAI.Tests.Contacts.Import;

/// <summary>However a file is made, reading it holds no more than some lines of it: what can be reached from the reader is weighed after each piece.</summary>
public sealed class HeldWhileReadingTests
{
    private const int File = 12 << 20;
    private const int Piece = 1 << 16;

    // A quote is waited for over 25 lines of 64 KB at most.
    private const long Most = 8 << 20;

    public static TheoryData<string, string> Files =>
        new()
        {
            { "a line without an end", "x" },
            { "a quote that opens anew on each line", "a\"b;\"c\n" },
            { "a quote and lines as long as may be", "\"" + new string('y', ImportLines.MaxLine - 10) + "\n" },
            { "ten thousand columns", new string(';', 10_000) + "\n" },
            { "zeros", "\0" },
            { "line ends", "\r\n" },
            { "quotes", "\"" },
            { "a picture in a card", "BEGIN:VCARD\nPHOTO:" + new string('A', 60) + "\n " },
            { "a card with more numbers than anybody has", "TEL:+5511977770001\n" },
            { "cards within cards", "BEGIN:VCARD\n" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public void File_of_any_shape_is_read_without_being_held(string what, string unit)
    {
        var pieces = Pieces(unit);
        var table = new CsvRows(new CsvDialect(ImportEncoding.EightBit, ';'));
        var cards = new VCards(ImportEncoding.EightBit);

        foreach (var piece in pieces)
        {
            foreach (var _ in table.Read(piece)) { }

            foreach (var _ in cards.Read(piece)) { }

            Held.BytesOf(table).ShouldBeLessThan(Most, what);
            Held.BytesOf(cards).ShouldBeLessThan(Most, what);
        }
    }

    private static IEnumerable<byte[]> Pieces(string unit)
    {
        var once = Encoding.UTF8.GetBytes(unit);
        var at = 0;
        for (var read = 0; read < File; read += Piece)
        {
            var piece = new byte[Piece];
            for (var i = 0; i < Piece; i++)
            {
                piece[i] = once[at++ % once.Length];
            }

            yield return piece;
        }
    }

    /// <summary>Weighs what can be reached from an object.</summary>
    private static class Held
    {
        public static long BytesOf(object root)
        {
            var (seen, open, bytes) = (new HashSet<object>(ReferenceEqualityComparer.Instance), new Stack<object>([root]), 0L);
            while (open.TryPop(out var one))
            {
                if (one is Delegate or Type or Encoding or MemberInfo || (!one.GetType().IsValueType && !seen.Add(one)))
                {
                    continue;
                }

                bytes += one switch
                {
                    string text => 2L * text.Length,
                    byte[] array => array.Length,
                    char[] array => 2L * array.Length,
                    ICollection many => 16L * many.Count,
                    _ => 16,
                };
                foreach (var inner in Inside(one))
                {
                    open.Push(inner);
                }
            }

            return bytes;
        }

        private static IEnumerable<object> Inside(object one)
        {
            if (
                one is string
                || one.GetType().IsPrimitive
                || one.GetType().IsEnum
                || one is Array { Length: > 0 } a && a.GetType().GetElementType()!.IsPrimitive
            )
            {
                return [];
            }

            if (one is Array array)
            {
                return array.Cast<object?>().OfType<object>();
            }

            var fields = new List<object>();
            for (var type = one.GetType(); type is not null && type != typeof(object); type = type.BaseType)
            {
                fields.AddRange(
                    type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                        .Where(f => !f.FieldType.IsPrimitive && !f.FieldType.IsPointer)
                        .Select(f => f.GetValue(one))
                        .OfType<object>()
                );
            }

            return fields;
        }
    }
}
