using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Back-invalidate snoops of two or four lines: answered in one message if all lines come to the same, else line by line.</summary>
public sealed partial class HomeAgent
{
    private const int BlockForm = (int)S2MBISnoop.BISnpCurBlk;
    private readonly List<Block> blocks = [];
    private readonly Stack<int> freeBlocks = new();

    private int BeginBlock(in Message request)
    {
        var block = new Block { Request = request, Left = BitOperations.PopCount(request.Argument) };
        if (!freeBlocks.TryPop(out int index))
        {
            index = blocks.Count;
            blocks.Add(block);
        }

        blocks[index] = block;
        return index;
    }

    private void AnswerInBlock(int index, ulong line, byte response)
    {
        Block block = blocks[index];
        int bit = (int)((line - block.Request.Address) / LineBytes);
        block.Answers |= (uint)response << (4 * bit);
        block.Left--;
        blocks[index] = block;
        if (block.Left > 0)
            return;
        freeBlocks.Push(index);
        ulong lines = block.Request.Argument;
        uint first = block.Answers >> (4 * BitOperations.TrailingZeroCount(lines)) & 0xF;
        bool same = true;
        for (ulong rest = lines; rest != 0; rest &= rest - 1)
            same &= (block.Answers >> (4 * BitOperations.TrailingZeroCount(rest)) & 0xF) == first;
        if (same || Suffers(CoherenceFault.WrongBlockAnswer))
        {
            EmitBackInvalidateResponse(block.Request, block.Request.Address, (int)first + BlockForm, lines);
            return;
        }

        for (ulong rest = lines; rest != 0; rest &= rest - 1)
        {
            int at = BitOperations.TrailingZeroCount(rest);
            EmitBackInvalidateResponse(block.Request, block.Request.Address + LineBytes * (ulong)at, (int)(block.Answers >> (4 * at) & 0xF), 0);
        }
    }

    private void EmitBackInvalidateResponse(in Message request, ulong line, int response, ulong lines)
    {
        var message = new Message { Kind = (byte)MessageKind.M2SBIRsp, Address = line, Argument = lines, Tag = request.Tag, Agent = request.Agent, Length = 1, Payload = None };
        CoherenceFields.SetOpcode(ref message, response);
        CoherenceFields.SetId(ref message, CoherenceFields.Id(request));
        Emit(ref message);
    }

    private struct Block
    {
        public Message Request;
        public int Left;
        public uint Answers; // four bits a line
    }
}
